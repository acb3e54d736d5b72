import { resourceTags } from '../types.bicep'

@description('Required. Name of the scheduler.')
param name string

@description('Required. Name of the task hub.')
param taskHubName string

@description('Required. Where it is.')
param location string

@description('Required. Tags.')
param tags resourceTags

@description('Required. Object id of the app\'s identity, which runs the orchestrations.')
param appPrincipalId string

@description('Optional. Object id of the group that sees the orchestrations.')
param operatorsGroupId string?

var dataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402' // built-in role: Durable Task Data Contributor
var dataReader = 'd6a5505f-6ebb-45a4-896e-ac8274cfc0ac' // built-in role: Durable Task Data Reader

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: ['0.0.0.0/0'] // the app has no address of its own; every caller needs a role
  }

  resource hub 'taskHubs' = {
    name: taskHubName
  }
}

resource run 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, 'app', dataContributor)
  scope: scheduler::hub
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataContributor)
  }
}

resource see 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (operatorsGroupId != null) {
  name: guid(scheduler::hub.id, operatorsGroupId ?? '', dataReader)
  scope: scheduler::hub
  properties: {
    principalId: operatorsGroupId ?? ''
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReader)
  }
}

@description('Its endpoint, which has a part that only the service knows.')
output endpoint string = scheduler.properties.endpoint
