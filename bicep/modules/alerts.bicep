import { resourceTags } from '../types.bicep'

@description('Required. The environment, which is part of the names.')
param environment string

@description('Required. Azure region of the log alerts.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. E-mail address of the recipient.')
param email string

@description('Required. Resource id of the Service Bus namespace.')
param serviceBusId string

@description('Required. Resource id of the Cosmos DB account.')
param cosmosId string

@description('Required. Resource id of the Event Grid system topic.')
param eventTopicId string

@description('Required. Resource id of Application Insights.')
param insightsId string

@description('Required. Resource id of the Log Analytics workspace.')
param logsId string

@description('Required. Whether Event Grid stores dead letters.')
param keepsDeadLetters bool

// docs/runbook.md has an entry for each alert, by its name. The thresholds are for a quiet site: one text that cannot be
// delivered makes five attempts in a quarter of an hour.
var metricAlertsOf = [
  {
    name: 'dead-letters'
    description: 'A message was dead-lettered after its last delivery.'
    severity: 1
    resource: serviceBusId
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    above: 0
    minutes: 5
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
  }
  {
    name: 'queue-backlog'
    description: 'A queue was not empty for half an hour, so its function is too slow or does not run.'
    severity: 2
    resource: serviceBusId
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    above: 0
    minutes: 30
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
  }
  {
    // A postponed message is scheduled, and not active.
    name: 'outbound-backlog'
    description: 'For half an hour, replies have waited for their turn, for the provider or for a store.'
    severity: 2
    resource: serviceBusId
    metric: 'ScheduledMessages'
    aggregation: 'Minimum'
    above: 0
    minutes: 30
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['outbound-sms'] }]
  }
  {
    name: 'service-bus-throttled'
    description: 'Service Bus refuses requests because there are too many.'
    severity: 2
    resource: serviceBusId
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    above: 0
    minutes: 5
    dimensions: []
  }
  {
    name: 'cosmos-throttled'
    description: 'Cosmos DB refuses requests because there are too many. The app retries, but this many delay people.'
    severity: 2
    resource: cosmosId
    metric: 'TotalRequests'
    aggregation: 'Count'
    above: 100
    minutes: 5
    dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
  }
  {
    name: 'events-failing'
    description: 'Event Grid could not deliver texts or delivery reports. It retries for a day.'
    severity: 2
    resource: eventTopicId
    metric: 'DeliveryAttemptFailCount'
    aggregation: 'Total'
    above: 3
    minutes: 15
    dimensions: []
  }
  {
    name: 'events-dropped'
    description: 'Event Grid gave up an event and could not store it.'
    severity: 0
    resource: eventTopicId
    metric: 'DroppedEventCount'
    aggregation: 'Total'
    above: 0
    minutes: 5
    dimensions: []
  }
]

var deadLetterAlertsOf = [
  {
    name: 'events-dead-lettered'
    description: 'Event Grid gave up an event and stored it in the dead-letter container.'
    severity: 1
    resource: eventTopicId
    metric: 'DeadLetteredCount'
    aggregation: 'Total'
    above: 0
    minutes: 5
    dimensions: []
  }
]

// A query costs the more the more often it runs.
var logAlertsOf = [
  {
    name: 'functions-failing'
    description: 'Functions end with errors. Their events and messages are redelivered.'
    severity: 2
    resource: insightsId
    query: 'requests | where success == false and toint(resultCode) !between (400 .. 499) | summarize failed = sum(itemCount)'
    measure: 'failed'
    aggregation: 'Total'
    everyMinutes: 15
    above: 3
  }
  {
    name: 'event-quarantined'
    description: 'A text or report could not be processed, and waits in quarantine.'
    severity: 2
    resource: insightsId
    query: 'traces | where message startswith "quarantined: " | summarize events = sum(itemCount)'
    measure: 'events'
    aggregation: 'Total'
    everyMinutes: 15
    above: 0
  }
  {
    name: 'signatures-refused'
    description: 'Webhook requests have no valid signature, so texts of that provider are lost.'
    severity: 1
    resource: insightsId
    query: 'traces | where message startswith "signature refused: " | summarize refused = sum(itemCount)'
    measure: 'refused'
    aggregation: 'Total'
    everyMinutes: 5
    above: 2
  }
  {
    name: 'log-cap-reached'
    description: 'The daily limit of log data is reached, so most alerts are blind until tomorrow.'
    severity: 1
    resource: logsId
    query: '_LogOperation | where Category =~ "Ingestion" and Detail contains "OverQuota" | summarize stops = count()'
    measure: 'stops'
    aggregation: 'Total'
    everyMinutes: 15
    above: 0
  }
  {
    name: 'oldest-waiting'
    description: 'A conversation has waited in its queue for more than half an hour.'
    severity: 2
    resource: insightsId
    query: 'traces | where message startswith "swept: " | extend seconds = todouble(parse_json(substring(message, 7)).oldestWaitingSeconds)'
    measure: 'seconds'
    aggregation: 'Maximum'
    everyMinutes: 15
    above: 1800
  }
  {
    name: 'replies-failing'
    description: 'Replies of agents did not reach the customers, for a reason on our side.'
    severity: 2
    resource: insightsId
    query: 'traces | where message startswith "reply failed: " | extend failure = tostring(parse_json(substring(message, 14)).failure) | where not(failure startswith "recipient-" or failure startswith "number-" or failure == "handset-unreachable") | summarize failed = sum(itemCount)'
    measure: 'failed'
    aggregation: 'Total'
    everyMinutes: 15
    above: 2
  }
  {
    name: 'sweep-silent'
    description: 'The sweep has not run for a quarter of an hour, so the log alerts have no data.'
    severity: 1
    resource: insightsId
    query: 'requests | where name == "sweep" | summarize runs = count() | extend silent = iff(runs == 0, 1, 0)'
    measure: 'silent'
    aggregation: 'Maximum'
    everyMinutes: 5
    above: 0
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-hilo-${environment}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'hilo-${environment}'
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in concat(metricAlertsOf, keepsDeadLetters ? deadLetterAlertsOf : []): {
    name: 'hilo-${environment}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [alert.resource]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT${alert.minutes}M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.above
            dimensions: alert.dimensions
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlertsOf: {
    name: 'hilo-${environment}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'hilo-${environment}-${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [alert.resource]
      evaluationFrequency: 'PT${alert.everyMinutes}M'
      windowSize: 'PT15M'
      criteria: {
        allOf: [
          {
            query: alert.query
            metricMeasureColumn: alert.measure
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.above
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: [people.id] }
    }
  }
]
