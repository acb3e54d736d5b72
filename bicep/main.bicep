targetScope = 'subscription'

import { workloadSettings } from 'types.bicep'

@description('Required. What differs from one environment to another.')
param settings workloadSettings

@description('Required. Where everything is kept that is kept in a region.')
param location string

@description('Required. Where Azure Communication Services keeps data, such as "United States" or "Europe". It decides which numbers can be had, and cannot be changed later.')
@minLength(4)
param dataLocation string

@description('Required. Client id of the app registration that agents get their tokens for.')
@minLength(36)
@maxLength(36)
param apiAudience string

@description('Required. Address that alerts and the budget\'s messages are sent to.')
@minLength(6)
param alertEmail string

@description('Optional. Object id of the Microsoft Entra group that may look into and replay dead letters, and see the orchestrations.')
param operatorsGroupId string?

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-hilo-${settings.environment}'
  location: location
  tags: { application: 'hilo', environment: settings.environment }
}

module workload 'workload.bicep' = {
  scope: group
  params: {
    settings: settings
    location: location
    dataLocation: dataLocation
    apiAudience: apiAudience
    alertEmail: alertEmail
    operatorsGroupId: operatorsGroupId
  }
}

@description('Name of the function app, which the package is published to.')
output functionAppName string = workload.outputs.functionAppName

@description('Address of the app.')
output functionAppUrl string = workload.outputs.functionAppUrl

@description('Name of Azure Communication Services, which numbers are bought in.')
output communicationName string = workload.outputs.communicationName

@description('Name of the vault.')
output keyVaultName string = workload.outputs.keyVaultName

@description('Name of the Service Bus namespace, where dead letters are replayed.')
output serviceBusName string = workload.outputs.serviceBusName

@description('Name of the storage account, where Event Grid puts what it gave up.')
output storageName string = workload.outputs.storageName

@description('The workbook with the figures of the flow.')
output dashboardUrl string = workload.outputs.dashboardUrl
