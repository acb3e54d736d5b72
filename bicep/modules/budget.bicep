@description('Required. Monthly budget, in the currency of the subscription.')
param amount int

@description('Required. E-mail address of the recipient.')
param email string

@description('Optional. First day of the first month. Used only when the budget is created.')
param startDate string = utcNow('yyyy-MM-01')

// The start of a budget must be the current month and can never be changed, so the budget is created only once.
@onlyIfNotExists()
resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'hilo'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      nearlySpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: [email]
      }
      willBeSpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [email]
      }
    }
  }
}
