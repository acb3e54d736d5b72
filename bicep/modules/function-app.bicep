import { appSettings, resourceTags } from '../types.bicep'

@description('Required. Name of the function app.')
param name string

@description('Required. Name of the plan.')
param planName string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Resource id of the app\'s identity.')
param identityId string

@description('Required. Address of the blob container for the app\'s package.')
param packageContainerUrl string

@description('Required. Major version of Node.js.')
param nodeVersion string

@description('Required. Memory of one instance, in MB.')
param instanceMemoryMB int

@description('Required. Maximum number of instances of each function, or of each group of functions.')
param maximumInstanceCount int

@description('Required. Whether the plan spans availability zones.')
param zoneRedundant bool

@description('Required. Always-ready instances for HTTP requests.')
param httpAlwaysReady int

@description('Required. Concurrent HTTP requests of one instance.')
param httpConcurrency int

@description('Required. Settings of the app and of its host.')
param settings appSettings

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: { minTlsVersion: '1.2', http20Enabled: true }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: httpAlwaysReady == 0 ? [] : [{ name: 'http', instanceCount: httpAlwaysReady }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, { PUBLIC_URL: 'https://${app.properties.defaultHostName}' })
  }

  // Packages are published with a token of Microsoft Entra ID, never with a password.
  resource publishingByFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource publishingByScm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Address of the app.')
output url string = 'https://${app.properties.defaultHostName}'
