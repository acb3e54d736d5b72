targetScope = 'subscription'

import { workloadSettings } from 'types.bicep'

@description('Required. The settings of the environment.')
param settings workloadSettings

@description('Required. Azure region of all regional resources.')
param location string

@description('Required. Where Azure Communication Services keeps data, such as "United States" or "Europe". It limits which numbers can be bought, and cannot be changed later.')
@minLength(4)
param dataLocation string

@description('Required. Client id of the app registration that agents get tokens for.')
@minLength(36)
@maxLength(36)
param apiAudience string

@description('Optional. Client id of the app registration of the console. Without it nobody can sign in to the console.')
@minLength(36)
@maxLength(36)
param consoleClientId string?

@description('Required. E-mail address for alerts and budget notifications.')
@minLength(6)
param alertEmail string

@description('Optional. Whether a deleted vault of this environment has to be recovered. It fails when there is none.')
param recoversVault bool = false

@description('Optional. Object id of the Microsoft Entra group that may read and replay dead letters, and read orchestrations.')
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
    consoleClientId: consoleClientId
    alertEmail: alertEmail
    recoversVault: recoversVault
    operatorsGroupId: operatorsGroupId
  }
}

@description('Name of the function app that the package is published to.')
output functionAppName string = workload.outputs.functionAppName

@description('Address of the app.')
output functionAppUrl string = workload.outputs.functionAppUrl

@description('Name of the Azure Communication Services resource, where numbers are bought.')
output communicationName string = workload.outputs.communicationName

@description('Name of the Key Vault.')
output keyVaultName string = workload.outputs.keyVaultName

@description('Name of the Service Bus namespace, where dead letters are replayed.')
output serviceBusName string = workload.outputs.serviceBusName

@description('Name of the storage account, where Event Grid stores dead letters.')
output storageName string = workload.outputs.storageName

@description('Application id of Application Insights, with which the log is queried.')
output insightsAppId string = workload.outputs.insightsAppId

@description('Address of the dashboard.')
output dashboardUrl string = workload.outputs.dashboardUrl
