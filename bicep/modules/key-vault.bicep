import { resourceTags } from '../types.bicep'

@description('Required. Name of the Key Vault.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Names of secrets that were stored in the vault by hand. They must exist before the deployment.')
param keptSecrets string[]

@description('Required. Object id of the app\'s identity, which reads these secrets.')
param appPrincipalId string

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

@description('Optional. The key that thread ids are made with. Used only when the secret is created.')
@secure()
param threadIdKey string = base64('${newGuid()}${newGuid()}${newGuid()}')

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // built-in role: Key Vault Secrets User

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
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

resource readThreadIdKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(threadIdSecret.id, 'app', secretsUser)
  scope: threadIdSecret // this secret, not the vault
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource keptSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' existing = [
  for secret in keptSecrets: {
    parent: vault
    name: secret
  }
]

resource readKeptSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, i) in keptSecrets: {
    name: guid(vault.id, secret, 'app', secretsUser)
    scope: keptSecret[i]
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    }
  }
]

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
