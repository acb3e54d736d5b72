@description('A setting of a provider beside Azure, which comes from the vault. Where each provider\'s API is has a default, and is not set.')
type secretSetting =
  | 'TELESIGN_API_KEY'
  | 'TELESIGN_CUSTOMER_ID'
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_API_KEY_SECRET'
  | 'TWILIO_API_KEY_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_SECONDARY_AUTH_TOKEN'

@export()
@sealed()
@description('What differs from one environment to another.')
type workloadSettings = {
  @description('Required. The environment, which becomes part of every name.')
  environment: 'dev' | 'test' | 'prod'

  @description('Required. Where durable orchestrations are kept: by the Durable Task Scheduler, or in the storage account of the app.')
  durableBackend: 'durable-task-scheduler' | 'storage'

  @description('Required. Major version of Node.js that the app runs on.')
  nodeVersion: '22' | '24'

  @description('Required. Memory of one instance of the app, in MB.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Required. Most instances that each function, or group of functions, may grow to.')
  @minValue(40)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Required. Whether the plan is spread over availability zones. It then keeps two instances of each function ready, which are paid for.')
  zoneRedundant: bool

  @description('Required. Days for which logs are kept.')
  @minValue(30)
  @maxValue(730)
  logRetentionDays: int

  @description('Required. Most log data taken in a day, in GB. Past it nothing more is logged until the next day.')
  @minValue(1)
  logDailyCapGb: int

  @description('Required. What a month may cost, texts included, in the currency of the subscription. A message is sent at 80 % of it, and when 100 % is foreseen.')
  @minValue(1)
  monthlyBudget: int

  @description('Required. Whether Event Grid keeps an event that it gave up, by an identity of its own. Where it refuses an identity on a topic that is in no region, what it gives up is dropped, and an alert tells so.')
  keepsDeadLetters: bool

  @description('Optional. Settings of the app that come from the vault, beside THREAD_ID_KEY: TWILIO_AUTH_TOKEN is read from the secret twilio-auth-token, which has to be there already. Without any, the app does without these providers.')
  secretSettings: secretSetting[]?
}

@export()
@description('Tags of a resource.')
type resourceTags = {
  @description('Optional. Any name, with its value.')
  *: string
}

@export()
@description('Settings of the function app.')
type appSettings = {
  @description('Optional. The name of a setting, with its value.')
  *: string
}

@export()
@sealed()
@description('The names of all resources that another template or a person has to find.')
type resourceNames = {
  @description('Required. The function app.')
  functionApp: string
  @description('Required. Its plan.')
  plan: string
  @description('Required. The identity of the app.')
  appIdentity: string
  @description('Required. The identity by which Event Grid writes dead letters.')
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
  @description('Required. The vault.')
  keyVault: string
  @description('Required. The workspace of the logs.')
  logs: string
  @description('Required. Application Insights.')
  insights: string
}

@export()
@description('Names every resource. The token makes those unique that all of Azure shares.')
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
  keyVault: 'kv-${environment}-${token}'
  logs: 'log-hilo-${environment}'
  insights: 'appi-hilo-${environment}'
}

@export()
@description('Container that Event Grid puts events in which it gave up on.')
var deadLetterContainer = 'event-dead-letters'
