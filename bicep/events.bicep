import { namesFor, deadLetterContainer, workloadSettings } from 'types.bicep'

@description('Required. The settings of the environment, as in the first pass.')
param settings workloadSettings

var names = namesFor(settings.environment, uniqueString(resourceGroup().id))
var keepsDeadLetters = settings.?keepsDeadLetters ?? false

// Event Grid checks that each function exists, so this is deployed after the app is published.
var subscriptions = [
  { name: 'sms-received', eventType: 'Microsoft.Communication.SMSReceived' }
  { name: 'sms-delivery-report', eventType: 'Microsoft.Communication.SMSDeliveryReportReceived' }
]

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: names.functionApp
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.eventsIdentity
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: names.storage
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: names.eventTopic

  resource subscription 'eventSubscriptions' = [
    for item in subscriptions: {
      name: item.name
      properties: {
        destination: {
          endpointType: 'AzureFunction'
          properties: {
            resourceId: '${app.id}/functions/${item.name}'
            maxEventsPerBatch: 1
          }
        }
        eventDeliverySchema: 'EventGridSchema'
        filter: { includedEventTypes: [item.eventType] }
        retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
        deadLetterWithResourceIdentity: keepsDeadLetters
          ? {
              identity: { type: 'UserAssigned', userAssignedIdentity: identity.id }
              deadLetterDestination: {
                endpointType: 'StorageBlob'
                properties: { resourceId: storage.id, blobContainerName: deadLetterContainer }
              }
            }
          : null
      }
    }
  ]
}

@description('Names of the event subscriptions. Each delivers to the function of the same name.')
output delivered string[] = [for (item, i) in subscriptions: topic::subscription[i].name]
