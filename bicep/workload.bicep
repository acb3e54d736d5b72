import { workloadSettings, namesFor, deadLetterContainer } from 'types.bicep'

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

var standardNames = namesFor(settings.environment, uniqueString(resourceGroup().id))
var names = { ...standardNames, cosmos: settings.?cosmosAccountName ?? standardNames.cosmos }
var keepsDeadLetters = settings.?keepsDeadLetters ?? false
var liveUpdatesSku = settings.?liveUpdatesSku
var tags = { application: 'hilo', environment: settings.environment }
var databaseName = 'hilo'
var taskHubName = 'hilo' // host.json names it too
var packageContainer = 'packages'
// TWILIO_AUTH_TOKEN is stored as twilio-auth-token, because names of secrets have no underscores.
var keptSettings = settings.?secretSettings ?? []
var keptSecrets = map(keptSettings, name => toLower(replace(name, '_', '-')))
var login = '${environment().authentication.loginEndpoint}${tenant().tenantId}'

module appIdentity 'modules/identity.bicep' = {
  params: { name: names.appIdentity, location: location, tags: tags }
}

module eventsIdentity 'modules/identity.bicep' = if (keepsDeadLetters) {
  params: { name: names.eventsIdentity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    logsName: names.logs
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: settings.logRetentionDays
    dailyCapGb: settings.logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: names.storage
    location: location
    tags: tags
    packageContainer: packageContainer
    deadLetterContainer: deadLetterContainer
    keepsDeadLetters: keepsDeadLetters
    logsId: monitoring.outputs.logsId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    logsId: monitoring.outputs.logsId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  params: {
    name: names.cosmos
    location: location
    tags: tags
    databaseName: databaseName
    logsId: monitoring.outputs.logsId
  }
}

module communication 'modules/communication.bicep' = {
  params: {
    name: names.communication
    eventTopicName: names.eventTopic
    dataLocation: dataLocation
    tags: tags
    keepsDeadLetters: keepsDeadLetters
    eventsIdentityId: eventsIdentity.?outputs.id
    logsId: monitoring.outputs.logsId
  }
}

module durableTask 'modules/durable-task.bicep' = {
  params: {
    name: names.scheduler
    taskHubName: taskHubName
    location: location
    tags: tags
  }
}

module webPubSub 'modules/web-pubsub.bicep' = if (liveUpdatesSku != null) {
  params: {
    name: names.webPubSub
    location: location
    tags: tags
    sku: liveUpdatesSku!
    logsId: monitoring.outputs.logsId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  params: {
    name: names.keyVault
    location: location
    tags: tags
    recoversVault: recoversVault
    logsId: monitoring.outputs.logsId
  }
}

module roles 'modules/roles.bicep' = {
  params: {
    names: names
    databaseName: databaseName
    taskHubName: taskHubName
    secretNames: concat(['thread-id-key'], keptSecrets)
    #disable-next-line what-if-short-circuiting // the names of role assignments need it
    appPrincipalId: appIdentity.outputs.principalId
    #disable-next-line what-if-short-circuiting
    eventsPrincipalId: eventsIdentity.?outputs.principalId
    keepsDeadLetters: keepsDeadLetters
    hasLiveUpdates: liveUpdatesSku != null
    operatorsGroupId: operatorsGroupId
  }
  dependsOn: [communication, cosmos, durableTask, keyVault, monitoring, serviceBus, storage, webPubSub]
}

module functionApp 'modules/function-app.bicep' = {
  params: {
    name: names.functionApp
    planName: names.plan
    location: location
    tags: tags
    identityId: appIdentity.outputs.id
    packageContainerUrl: '${storage.outputs.blobEndpoint}${packageContainer}'
    nodeVersion: settings.nodeVersion
    instanceMemoryMB: settings.instanceMemoryMB
    maximumInstanceCount: settings.maximumInstanceCount
    zoneRedundant: settings.zoneRedundant
    httpAlwaysReady: settings.httpAlwaysReady
    httpConcurrency: settings.httpConcurrency
    settings: union(
      {
        AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: appIdentity.outputs.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${appIdentity.outputs.clientId};Authorization=AAD'
        DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${durableTask.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${appIdentity.outputs.clientId}'
        SERVICE_BUS__fullyQualifiedNamespace: serviceBus.outputs.hostName
        SERVICE_BUS__credential: 'managedidentity'
        SERVICE_BUS__clientId: appIdentity.outputs.clientId
        COSMOS_ENDPOINT: cosmos.outputs.endpoint
        COSMOS_DATABASE: databaseName
        ACS_ENDPOINT: communication.outputs.endpoint
        AZURE_CLIENT_ID: appIdentity.outputs.clientId
        AUTH_ISSUER: '${login}/v2.0'
        AUTH_AUDIENCE: apiAudience
        AUTH_JWKS_URL: '${login}/discovery/v2.0/keys'
        THREAD_ID_KEY: '@Microsoft.KeyVault(SecretUri=${keyVault.outputs.uri}secrets/thread-id-key)'
      },
      consoleClientId == null ? {} : { AUTH_CONSOLE_CLIENT_ID: consoleClientId },
      liveUpdatesSku == null ? {} : { WEB_PUBSUB_ENDPOINT: webPubSub.?outputs.endpoint },
      toObject(
        range(0, length(keptSettings)),
        i => keptSettings[i],
        i => '@Microsoft.KeyVault(SecretUri=${keyVault.outputs.uri}secrets/${keptSecrets[i]})'
      )
    )
  }
  dependsOn: [roles] // the app can do nothing before it has them
}

module alerts 'modules/alerts.bicep' = {
  params: {
    environment: settings.environment
    location: location
    tags: tags
    email: alertEmail
    serviceBusId: serviceBus.outputs.id
    cosmosId: cosmos.outputs.id
    eventTopicId: communication.outputs.topicId
    insightsId: monitoring.outputs.insightsId
    logsId: monitoring.outputs.logsId
    keepsDeadLetters: keepsDeadLetters
  }
}

module budget 'modules/budget.bicep' = {
  params: { amount: settings.monthlyBudget, email: alertEmail }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    environment: settings.environment
    location: location
    tags: tags
    insightsId: monitoring.outputs.insightsId
    serviceBusId: serviceBus.outputs.id
    eventTopicId: communication.outputs.topicId
    cosmosId: cosmos.outputs.id
  }
}

@description('Name of the function app that the package is published to.')
output functionAppName string = names.functionApp

@description('Address of the app.')
output functionAppUrl string = functionApp.outputs.url

@description('Name of the Azure Communication Services resource, where numbers are bought.')
output communicationName string = names.communication

@description('Name of the Key Vault.')
output keyVaultName string = names.keyVault

@description('Name of the Service Bus namespace, where dead letters are replayed.')
output serviceBusName string = names.serviceBus

@description('Name of the storage account, where Event Grid stores dead letters.')
output storageName string = names.storage

@description('Application id of Application Insights, with which the log is queried.')
output insightsAppId string = monitoring.outputs.insightsAppId

@description('Address of the dashboard.')
output dashboardUrl string = workbook.outputs.url
