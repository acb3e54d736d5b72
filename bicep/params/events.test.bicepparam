using '../events.bicep'

import { test } from 'environments.bicep'

param settings = test
