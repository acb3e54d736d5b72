import { resourceTags } from '../types.bicep'

@description('Required. Name of the Key Vault.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Whether a deleted vault of this name has to be recovered.')
param recoversVault bool

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

@description('Optional. The key that thread ids are made with. Used only when the secret is created.')
@secure()
param threadIdKey string = base64('${newGuid()}${newGuid()}${newGuid()}')

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: recoversVault ? 'recover' : null
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
  }
}

// Created only once: with another key no thread would be found again.
@onlyIfNotExists()
resource threadIdSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: 'thread-id-key'
  properties: { value: threadIdKey }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: vault
  properties: {
    workspaceId: logsId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

@description('Address of the vault, with a trailing slash.')
output uri string = vault.properties.vaultUri
