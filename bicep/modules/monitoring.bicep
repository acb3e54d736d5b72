import { resourceTags } from '../types.bicep'

@description('Required. Name of the workspace.')
param logsName string

@description('Required. Name of Application Insights.')
param insightsName string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Days for which logs are kept.')
param retentionDays int

@description('Required. Daily limit of log data, in GB.')
param dailyCapGb int

resource logs 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: logsName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    DisableLocalAuth: true
  }
}

@description('Resource id of the workspace, which diagnostic settings write to.')
output logsId string = logs.id

@description('Resource id of Application Insights.')
output insightsId string = insights.id

@description('Connection string of Application Insights. Not a secret: with local authentication off, only an identity can send.')
output insightsConnectionString string = insights.properties.ConnectionString

@description('Application id of Application Insights, with which the log is queried.')
output insightsAppId string = insights.properties.AppId
