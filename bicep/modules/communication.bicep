import { resourceTags } from '../types.bicep'

@description('Required. Name of the Azure Communication Services resource.')
param name string

@description('Required. Name of the Event Grid system topic for texts and delivery reports.')
param eventTopicName string

@description('Required. Where Azure Communication Services keeps data. It cannot be changed later.')
param dataLocation string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Object id of the app\'s identity, which sends texts.')
param appPrincipalId string

@description('Required. Whether Event Grid stores dead letters.')
param keepsDeadLetters bool

@description('Conditional. Resource id of the identity with which Event Grid writes dead letters. Required if keepsDeadLetters is true.')
param eventsIdentityId string?

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

// Built-in role: Communication and Email Service Owner. No narrower built-in role can send texts. It can read the keys,
// which are useless because local authentication is off.
var serviceOwner = '09976791-48a7-449e-bb21-39d1a415f350'

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
  }
}

resource sendTexts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, 'app', serviceOwner)
  scope: communication
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', serviceOwner)
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: eventTopicName
  location: 'global'
  tags: tags
  identity: keepsDeadLetters
    ? { type: 'UserAssigned', userAssignedIdentities: { '${eventsIdentityId ?? ''}': {} } }
    : null
  properties: {
    source: communication.id
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

resource communicationDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: communication
  properties: {
    workspaceId: logsId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource topicDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: topic
  properties: {
    workspaceId: logsId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
  }
}

@description('Endpoint of Azure Communication Services.')
output endpoint string = 'https://${communication.properties.hostName}'

@description('Resource id of the topic.')
output topicId string = topic.id
