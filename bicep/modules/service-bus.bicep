import { resourceTags } from '../types.bicep'

@description('Required. Name of the namespace.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Object id of the app\'s identity, which sends to and receives from every queue.')
param appPrincipalId string

@description('Optional. Object id of the group that reads and replays dead letters.')
param operatorsGroupId string?

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // built-in role: Azure Service Bus Data Receiver
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // built-in role: Azure Service Bus Data Sender

// Sessions and duplicate detection of an existing queue cannot be changed.
var queues = [
  { name: 'provider-events', requiresSession: false, duplicateWindow: null, lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'work-items', requiresSession: false, duplicateWindow: 'PT10M', lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'dispatch', requiresSession: true, duplicateWindow: null, lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'outbound-sms', requiresSession: true, duplicateWindow: 'PT10M', lock: 'PT5M', maxDeliveryCount: 10 }
]

var grants = flatten(map(range(0, length(queues)), queue => [
  { queue: queue, role: dataReceiver }
  { queue: queue, role: dataSender }
]))

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for item in queues: {
    parent: namespace
    name: item.name
    properties: {
      requiresSession: item.requiresSession
      requiresDuplicateDetection: item.duplicateWindow != null
      duplicateDetectionHistoryTimeWindow: item.duplicateWindow
      lockDuration: item.lock
      maxDeliveryCount: item.maxDeliveryCount
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
    }
  }
]

resource useQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in grants: {
    name: guid(queue[grant.queue].id, 'app', grant.role)
    scope: queue[grant.queue] // this queue, not the namespace
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

resource replayQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in (operatorsGroupId == null ? [] : grants): {
    name: guid(queue[grant.queue].id, operatorsGroupId ?? '', grant.role)
    scope: queue[grant.queue]
    properties: {
      principalId: operatorsGroupId ?? ''
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: namespace
  properties: {
    workspaceId: logsId
    logs: [{ category: 'OperationalLogs', enabled: true }]
  }
}

@description('Resource id of the namespace.')
output id string = namespace.id

@description('Host name of the namespace.')
output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
