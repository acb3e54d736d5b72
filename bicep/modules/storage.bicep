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

@description('Required. Whether Event Grid stores dead letters here.')
param keepsDeadLetters bool

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

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

    resource deadLetters 'containers' = if (keepsDeadLetters) {
      name: deadLetterContainer
    }
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
