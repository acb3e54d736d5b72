import { resourceTags } from '../types.bicep'

@description('Required. Name of the account.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Name of the blob container for the app\'s packages.')
param packageContainer string

@description('Required. Name of the blob container for dead letters of Event Grid.')
param deadLetterContainer string

@description('Required. Object id of the app\'s identity.')
param appPrincipalId string

@description('Required. Whether Event Grid stores dead letters here.')
param keepsDeadLetters bool

@description('Conditional. Object id of the identity with which Event Grid writes dead letters. Required if keepsDeadLetters is true.')
param eventsPrincipalId string?

@description('Optional. Object id of the group that reads dead letters.')
param operatorsGroupId string?

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // built-in role: Storage Blob Data Owner
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // built-in role: Storage Blob Data Contributor
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // built-in role: Storage Blob Data Reader

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }

    resource packages 'containers' = {
      name: packageContainer
    }

    resource deadLetters 'containers' = {
      name: deadLetterContainer
    }
  }
}

// The host creates its own containers in the account and leases blobs in them, so the scope is the account.
resource ownBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, 'app', blobDataOwner)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

resource writeDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (keepsDeadLetters) {
  name: guid(account::blobs::deadLetters.id, 'events', blobDataContributor)
  scope: account::blobs::deadLetters
  properties: {
    principalId: eventsPrincipalId ?? ''
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

resource readDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (operatorsGroupId != null) {
  name: guid(account::blobs::deadLetters.id, operatorsGroupId ?? '', blobDataReader)
  scope: account::blobs::deadLetters
  properties: {
    principalId: operatorsGroupId ?? ''
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
  }
}

// Reads and writes are not logged, because the host renews its leases all the time.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: account::blobs
  properties: {
    workspaceId: logsId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

@description('Blob endpoint of the account.')
output blobEndpoint string = account.properties.primaryEndpoints.blob
