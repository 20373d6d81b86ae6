// The tests of infra/ as one file, so that one mutant costs one synthesis.
import '../infra/data-stack.test.ts'
import '../infra/alarms.test.ts'
import '../infra/api-stack.test.ts'
import '../infra/effects-stack.test.ts'
import '../infra/web-stack.test.ts'
import '../infra/grants.test.ts'
import '../infra/environments.test.ts'
