import { resourceTags } from '../types.bicep'

@description('Required. The environment, which is part of the title.')
param environment string

@description('Required. Azure region.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Resource id of Application Insights, the source of the figures.')
param insightsId string

@description('Required. Resource id of the Service Bus namespace.')
param serviceBusId string

@description('Required. Resource id of the Event Grid system topic.')
param eventTopicId string

@description('Required. Resource id of the Cosmos DB account.')
param cosmosId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'flow')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Hilo (${environment}): the flow'
    category: 'workbook'
    sourceId: insightsId
    serializedData: reduce(
      items({
        '{insights}': insightsId
        '{serviceBus}': serviceBusId
        '{eventTopic}': eventTopicId
        '{cosmos}': cosmosId
      }),
      loadTextContent('../workbook.json'),
      (text, entry) => replace(text, entry.key, entry.value)
    )
  }
}

@description('Address of the workbook in the portal.')
output url string = '${az.environment().portal}/#@${tenant().tenantId}/resource${workbook.id}/workbook'
