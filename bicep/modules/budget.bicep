@description('Required. What a month may cost, in the currency of the subscription.')
param amount int

@description('Required. Who is told.')
param email string

@description('Optional. First day of the month that the budget begins in. It counts only once, when the budget is made.')
param startDate string = utcNow('yyyy-MM-01')

// The beginning of a budget can never be changed, and has to be this month when it is made: so it is made once.
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
