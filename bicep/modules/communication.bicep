import { resourceTags } from '../types.bicep'

@description('Required. Name of the Azure Communication Services resource.')
param name string

@description('Required. Name of the Event Grid system topic for texts and delivery reports.')
param eventTopicName string

@description('Required. Where Azure Communication Services keeps data. It cannot be changed later.')
param dataLocation string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Whether Event Grid stores dead letters.')
param keepsDeadLetters bool

@description('Conditional. Resource id of the identity with which Event Grid writes dead letters. Required if keepsDeadLetters is true.')
param eventsIdentityId string?

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
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
