import { deadLetterContainer, resourceNames } from '../types.bicep'
import { queues } from 'service-bus.bicep'

// All role assignments, in one module. An assignment is named by its principal, because Azure refuses to change the
// assignment of a deleted principal. Such names are known only while the deployment runs, and what-if does not show the
// resources of a module that has one.

@description('Required. Names of the resources that the roles are for.')
param names resourceNames

@description('Required. Name of the database.')
param databaseName string

@description('Required. Name of the task hub.')
param taskHubName string

@description('Required. Names of the secrets that the app reads.')
param secretNames string[]

@description('Required. Object id of the app\'s identity.')
param appPrincipalId string

@description('Conditional. Object id of the identity with which Event Grid writes dead letters. Required if keepsDeadLetters is true.')
param eventsPrincipalId string?

@description('Required. Whether Event Grid stores dead letters.')
param keepsDeadLetters bool

@description('Required. Whether there is a Web PubSub service.')
param hasLiveUpdates bool

@description('Optional. Object id of the group that reads and replays dead letters, and reads orchestrations.')
param operatorsGroupId string?

// Built-in roles.
var roles = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  blobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // Storage Blob Data Reader
  communicationOwner: '09976791-48a7-449e-bb21-39d1a415f350' // Communication and Email Service Owner
  durableTaskContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402' // Durable Task Data Contributor
  durableTaskReader: 'd6a5505f-6ebb-45a4-896e-ac8274cfc0ac' // Durable Task Data Reader
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' // Reader
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
  serviceBusReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver
  serviceBusSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
  webPubSubOwner: '12cf5a90-567b-43ae-8102-96cf46c7d9b4' // Web PubSub Service Owner
}
var cosmosDataContributor = '00000000-0000-0000-0000-000000000002' // Cosmos DB Built-in Data Contributor

var queueRoles = flatten(map(range(0, length(queues)), queue => [
  { queue: queue, role: roles.serviceBusReceiver }
  { queue: queue, role: roles.serviceBusSender }
]))

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: names.storage

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: deadLetterContainer
    }
  }
}

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: names.serviceBus
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for item in queues: {
    parent: namespace
    name: item.name
  }
]

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' existing = {
  name: names.cosmos
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: names.communication
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = {
  name: names.scheduler

  resource hub 'taskHubs' existing = {
    name: taskHubName
  }
}

resource webPubSub 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = {
  name: names.webPubSub
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: names.keyVault
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' existing = [
  for name in secretNames: {
    parent: vault
    name: name
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: names.insights
}

// The host creates its own containers in the account and leases blobs in them, so the scope is the account.
resource appOwnsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, appPrincipalId, roles.blobDataOwner)
  scope: storage
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataOwner)
  }
}

resource appUsesQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in queueRoles: {
    name: guid(queue[item.queue].id, appPrincipalId, item.role)
    scope: queue[item.queue] // this queue, not the namespace
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
    }
  }
]

// The scale controller reads the lengths of the queues as the app, from the namespace. Without this role it only sees
// whether a queue has messages. The role reads no message and no key.
resource appReadsNamespace 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, appPrincipalId, roles.reader)
  scope: namespace
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.reader)
  }
}

resource appUsesData 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = {
  parent: cosmos
  name: guid(cosmos.id, databaseName, appPrincipalId, cosmosDataContributor)
  properties: {
    principalId: appPrincipalId
    roleDefinitionId: '${cosmos.id}/sqlRoleDefinitions/${cosmosDataContributor}'
    scope: '${cosmos.id}/dbs/${databaseName}' // this database, not the account
  }
}

// No narrower built-in role can send texts. It can read the keys, which are useless because local authentication is off.
resource appSendsTexts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, appPrincipalId, roles.communicationOwner)
  scope: communication
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.communicationOwner)
  }
}

resource appRunsOrchestrations 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, appPrincipalId, roles.durableTaskContributor)
  scope: scheduler::hub
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTaskContributor)
  }
}

// No narrower built-in role can both send and make the tokens of clients.
resource appNotifiesConsoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hasLiveUpdates) {
  name: guid(webPubSub.id, appPrincipalId, roles.webPubSubOwner)
  scope: webPubSub
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.webPubSubOwner)
  }
}

resource appReadsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in secretNames: {
    name: guid(vault.id, name, appPrincipalId, roles.secretsUser)
    scope: secret[i] // this secret, not the vault
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser)
    }
  }
]

resource appSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, roles.metricsPublisher)
  scope: insights
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
  }
}

resource eventsWriteDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (keepsDeadLetters) {
  name: guid(storage::blobs::deadLetters.id, eventsPrincipalId ?? '', roles.blobDataContributor)
  scope: storage::blobs::deadLetters
  properties: {
    principalId: eventsPrincipalId ?? ''
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataContributor)
  }
}

resource operatorsReadDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (keepsDeadLetters && operatorsGroupId != null) {
  name: guid(storage::blobs::deadLetters.id, operatorsGroupId ?? '', roles.blobDataReader)
  scope: storage::blobs::deadLetters
  properties: {
    principalId: operatorsGroupId ?? ''
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataReader)
  }
}

resource operatorsReplayQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in (operatorsGroupId == null ? [] : queueRoles): {
    name: guid(queue[item.queue].id, operatorsGroupId ?? '', item.role)
    scope: queue[item.queue]
    properties: {
      principalId: operatorsGroupId ?? ''
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
    }
  }
]

resource operatorsReadOrchestrations 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (operatorsGroupId != null) {
  name: guid(scheduler::hub.id, operatorsGroupId ?? '', roles.durableTaskReader)
  scope: scheduler::hub
  properties: {
    principalId: operatorsGroupId ?? ''
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTaskReader)
  }
}
