import { resourceTags, webPubSubSku } from '../types.bicep'

@description('Required. Name of the service.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Price tier.')
param sku webPubSubSku

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'WebPubSub'
  sku: { name: sku, capacity: 1 }
  properties: { disableLocalAuth: true }

  // A console connects with a token that the app makes, and sends nothing.
  resource hub 'hubs' = {
    name: 'console'
    properties: { anonymousConnectPolicy: 'deny' }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: service
  properties: {
    workspaceId: logsId
    logs: [{ category: 'ConnectivityLogs', enabled: true }]
  }
}

@description('Address of the service.')
output endpoint string = 'https://${service.properties.hostName}'
