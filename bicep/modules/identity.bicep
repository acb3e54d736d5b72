import { resourceTags } from '../types.bicep'

@description('Required. Name of the identity.')
param name string

@description('Required. Where it is.')
param location string

@description('Required. Tags.')
param tags resourceTags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Its resource id.')
output id string = identity.id

@description('Its object id, to which roles are given.')
output principalId string = identity.properties.principalId

@description('Its client id, by which a program asks for it.')
output clientId string = identity.properties.clientId
