using '../events.bicep'

import { dev } from 'environments.bicep'

param settings = dev
