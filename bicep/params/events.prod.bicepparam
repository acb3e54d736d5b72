using '../events.bicep'

import { prod } from 'environments.bicep'

param settings = prod
