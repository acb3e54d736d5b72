using '../events.bicep'

param environment = 'dev'
