import { resourceTags } from '../types.bicep'

@description('Required. Name of the namespace.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

@export()
@description('The queues. Sessions and duplicate detection of an existing queue cannot be changed.')
var queues = [
  { name: 'provider-events', requiresSession: false, duplicateWindow: null, lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'work-items', requiresSession: false, duplicateWindow: 'PT10M', lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'dispatch', requiresSession: true, duplicateWindow: null, lock: 'PT1M', maxDeliveryCount: 10 }
  { name: 'outbound-sms', requiresSession: true, duplicateWindow: 'PT10M', lock: 'PT5M', maxDeliveryCount: 10 }
]

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
