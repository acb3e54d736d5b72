@description('A setting of another provider than Azure, read from the vault. The addresses of the APIs have defaults and are not set.')
type secretSetting =
  | 'TELESIGN_API_KEY'
  | 'TELESIGN_CUSTOMER_ID'
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_API_KEY_SECRET'
  | 'TWILIO_API_KEY_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_SECONDARY_AUTH_TOKEN'

@export()
@description('A price tier of Web PubSub. The free one has 20 connections, which are 20 open consoles, and 20,000 messages a day.')
type webPubSubSku = 'Free_F1' | 'Standard_S1'

@export()
@sealed()
@description('The settings of an environment.')
type workloadSettings = {
  @description('Required. The environment, which is part of every name.')
  environment: 'dev' | 'test' | 'prod'

  @description('Required. Major version of Node.js for the app.')
  nodeVersion: '22' | '24'

  @description('Required. Memory of one instance of the app, in MB.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Required. Maximum number of instances of each function, or of each group of functions.')
  @minValue(40)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Required. Whether the plan spans availability zones. If so, it keeps two always-ready instances of each function, which are billed.')
  zoneRedundant: bool

  @description('Required. Days for which logs are kept.')
  @minValue(30)
  @maxValue(730)
  logRetentionDays: int

  @description('Required. Daily limit of log data, in GB. Above it nothing is logged until the next day.')
  @minValue(1)
  logDailyCapGb: int

  @description('Required. Monthly budget including texts, in the currency of the subscription. Notifications are sent at 80 % and when 100 % is forecast.')
  @minValue(1)
  monthlyBudget: int

  @description('Required. Always-ready instances for HTTP requests, which are billed. Without one, the first request after a quiet time waits for a cold start.')
  @minValue(0)
  @maxValue(1000)
  httpAlwaysReady: int

  @description('Required. Concurrent HTTP requests that one instance serves before the plan adds another.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int

  @description('Optional. Whether Event Grid stores the events that it gives up, with a managed identity. Azure may refuse an identity on a global topic. Without it such events are dropped, and an alert reports it. False by default.')
  keepsDeadLetters: bool?

  @description('Optional. Price tier of Web PubSub, which notifies open consoles of changes. Without it they poll.')
  liveUpdatesSku: webPubSubSku?

  @description('Optional. Name of an existing Cosmos DB account to use, such as a restored one. By default the deployment creates an account.')
  cosmosAccountName: string?

  @description('Optional. App settings that are read from the vault, besides THREAD_ID_KEY. TWILIO_AUTH_TOKEN is read from the secret twilio-auth-token, which must exist before the deployment. Without them the app does not use these providers.')
  secretSettings: secretSetting[]?
}

@export()
@description('Tags of a resource.')
type resourceTags = {
  @description('Optional. Name and value of a tag.')
  *: string
}

@export()
@description('Settings of the function app.')
type appSettings = {
  @description('Optional. Name and value of a setting.')
  *: string
}

@export()
@sealed()
@description('The names of all resources that other templates or people refer to.')
type resourceNames = {
  @description('Required. The function app.')
  functionApp: string
  @description('Required. The plan of the function app.')
  plan: string
  @description('Required. The identity of the app.')
  appIdentity: string
  @description('Required. The identity with which Event Grid writes dead letters.')
  eventsIdentity: string
  @description('Required. The storage account.')
  storage: string
  @description('Required. The Service Bus namespace.')
  serviceBus: string
  @description('Required. The Cosmos DB account.')
  cosmos: string
  @description('Required. Azure Communication Services.')
  communication: string
  @description('Required. The Event Grid system topic of Azure Communication Services.')
  eventTopic: string
  @description('Required. The Durable Task Scheduler.')
  scheduler: string
  @description('Required. Web PubSub.')
  webPubSub: string
  @description('Required. The Key Vault.')
  keyVault: string
  @description('Required. The Log Analytics workspace.')
  logs: string
  @description('Required. Application Insights.')
  insights: string
}

@export()
@description('Makes the names of all resources. The token makes globally shared names unique.')
func namesFor(environment string, token string) resourceNames => {
  functionApp: 'func-hilo-${environment}-${token}'
  plan: 'plan-hilo-${environment}'
  appIdentity: 'id-hilo-${environment}'
  eventsIdentity: 'id-hilo-${environment}-events'
  storage: 'sthilo${environment}${token}'
  serviceBus: 'sb-hilo-${environment}-${token}'
  cosmos: 'cosmos-hilo-${environment}-${token}'
  communication: 'acs-hilo-${environment}-${token}'
  eventTopic: 'evgt-hilo-${environment}'
  scheduler: 'dts-hilo-${environment}-${token}'
  webPubSub: 'wps-hilo-${environment}-${token}'
  keyVault: 'kv-${environment}-${token}'
  logs: 'log-hilo-${environment}'
  insights: 'appi-hilo-${environment}'
}

@export()
@description('Name of the blob container for the dead letters of Event Grid.')
var deadLetterContainer = 'event-dead-letters'
