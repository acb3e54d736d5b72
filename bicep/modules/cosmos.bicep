import { resourceTags } from '../types.bicep'

@description('Required. Name of the account.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Name of the database.')
param databaseName string

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

// Texts are most of the data and are never searched, so they are not indexed.
var containers = [
  {
    name: 'contacts'
    partitionKey: '/mobilePhone'
    notIndexed: []
    sorts: [{ order: 'ascending', by: ['/lastName', '/id'] }]
  }
  {
    name: 'conversations'
    partitionKey: '/threadId'
    notIndexed: ['/preview/?']
    sorts: [
      { order: 'ascending', by: ['/priority', '/queuedAt'] }
      { order: 'ascending', by: ['/queuedAt', '/id'] }
      { order: 'descending', by: ['/stateAt', '/id'] }
      { order: 'descending', by: ['/consentAt', '/id'] }
      { order: 'descending', by: ['/blockedAt', '/id'] }
    ]
  }
  {
    name: 'messages'
    partitionKey: '/threadId'
    notIndexed: ['/text/?']
    sorts: [{ order: 'descending', by: ['/at', '/id'] }]
    // No document expires by default, but one may have a time to live.
    defaultTtl: -1
  }
  {
    name: 'agents'
    partitionKey: '/id'
    notIndexed: []
    sorts: [{ order: 'ascending', by: ['/name', '/id'] }]
  }
  { name: 'settings', partitionKey: '/kind', notIndexed: [], sorts: [] }
  {
    name: 'quarantine'
    partitionKey: '/source'
    notIndexed: ['/original/*']
    sorts: [{ order: 'descending', by: ['/quarantinedAt', '/id'] }]
  }
  { name: 'pace', partitionKey: '/id', notIndexed: [], sorts: [] }
  {
    name: 'audit'
    partitionKey: '/month'
    notIndexed: []
    sorts: [{ order: 'descending', by: ['/at', '/id'] }]
  }
]

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: [{ name: 'EnableServerless' }]
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: false }]
    // A read can request a weaker consistency than the account's, but not a stronger one.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' = {
  parent: account
  name: databaseName
  properties: { resource: { id: databaseName } }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = [
  for item in containers: {
    parent: database
    name: item.name
    properties: {
      resource: {
        id: item.name
        partitionKey: { kind: 'Hash', version: 2, paths: [item.partitionKey] }
        ...(contains(item, 'defaultTtl') ? { defaultTtl: item.?defaultTtl } : {})
        indexingPolicy: {
          indexingMode: 'consistent'
          automatic: true
          includedPaths: [{ path: '/*' }]
          excludedPaths: map(concat(['/"_etag"/?'], item.notIndexed), path => { path: path })
          compositeIndexes: map(item.sorts, sort => map(sort.by, path => { path: path, order: sort.order }))
        }
      }
    }
  }
]

// Logs management operations only. Logging every data request would cost more than the requests.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: account
  properties: {
    workspaceId: logsId
    logs: [{ category: 'ControlPlaneRequests', enabled: true }]
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Endpoint of the account.')
output endpoint string = account.properties.documentEndpoint
