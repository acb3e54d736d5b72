using '../events.bicep'

param environment = 'test'
