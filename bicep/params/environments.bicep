import { workloadSettings } from '../types.bicep'

@export()
@description('For a developer or a demonstration, at the lowest cost.')
var dev workloadSettings = {
  environment: 'dev'
  nodeVersion: '22'
  instanceMemoryMB: 512
  maximumInstanceCount: 40
  zoneRedundant: false
  httpAlwaysReady: 0
  httpConcurrency: 16
  liveUpdatesSku: 'Free_F1'
  logRetentionDays: 30
  logDailyCapGb: 1
  monthlyBudget: 50
}

@export()
@description('Like production, for low traffic.')
var test workloadSettings = {
  environment: 'test'
  nodeVersion: '22'
  instanceMemoryMB: 512
  maximumInstanceCount: 40
  zoneRedundant: false
  httpAlwaysReady: 0
  httpConcurrency: 16
  liveUpdatesSku: 'Standard_S1'
  logRetentionDays: 30
  logDailyCapGb: 1
  monthlyBudget: 100
}

@export()
@description('Production.')
var prod workloadSettings = {
  environment: 'prod'
  nodeVersion: '22'
  instanceMemoryMB: 512
  maximumInstanceCount: 100
  zoneRedundant: false
  httpAlwaysReady: 1
  httpConcurrency: 16
  liveUpdatesSku: 'Standard_S1'
  logRetentionDays: 90
  logDailyCapGb: 5
  monthlyBudget: 2500
}
