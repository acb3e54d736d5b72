using '../main.bicep'

import { prod } from 'environments.bicep'

param settings = prod
param location = readEnvironmentVariable('HILO_LOCATION')
param dataLocation = readEnvironmentVariable('HILO_DATA_LOCATION')
param apiAudience = readEnvironmentVariable('HILO_API_AUDIENCE')
param consoleClientId = empty(readEnvironmentVariable('HILO_CONSOLE_CLIENT_ID', ''))
  ? null
  : readEnvironmentVariable('HILO_CONSOLE_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('HILO_ALERT_EMAIL')
param recoversVault = readEnvironmentVariable('HILO_RECOVER_VAULT', 'false') == 'true'
param operatorsGroupId = empty(readEnvironmentVariable('HILO_OPERATORS_GROUP_ID', ''))
  ? null
  : readEnvironmentVariable('HILO_OPERATORS_GROUP_ID', '')
