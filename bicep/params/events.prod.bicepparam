using '../events.bicep'

param environment = 'prod'
