import type { Plan, Simulation } from './simulation.ts'
import { faultKinds } from './weather.ts'

/** The rule that is broken: what stands before the colon. */
const ruleOf = (violation: string) => violation.split(':')[0]

/** Seeds tried for each plan that is smaller. */
const triesEach = 60

export type Shrunk = { plan: Plan; violations: string[]; history: string[] }

/**
 * Looks for a smaller plan that breaks the same rule: fewer commands, fewer kinds of faults, better weather. A smaller
 * plan takes another course, so several seeds are tried for each. Gives its history, the shortest that was found.
 */
export async function shrink(simulation: Simulation, found: Plan, violation: string): Promise<Shrunk> {
  const rule = ruleOf(violation)
  const breaks = async (plan: Plan, tries: number): Promise<Plan | undefined> => {
    for (let nth = 0; nth < tries; nth++) {
      const other = { ...plan, seed: plan.seed + nth }
      const { violations } = await simulation.run(other)
      if (violations.some((one) => ruleOf(one) === rule)) return other
    }
    return undefined
  }
  let plan = found
  for (let smaller: Plan | undefined = found; smaller; ) {
    plan = smaller
    smaller = undefined
    for (const candidate of smallerThan(plan)) {
      smaller = await breaks(candidate, triesEach)
      if (smaller) break
    }
  }
  const history: string[] = []
  const { violations } = await simulation.run(plan, history)
  return { plan, violations, history }
}

function* smallerThan(plan: Plan): Generator<Plan> {
  for (const index of plan.commands.keys())
    yield { ...plan, commands: plan.commands.filter((_, other) => other !== index) }
  const { weather } = plan
  for (const kind of faultKinds) {
    if (!weather.kinds.has(kind)) continue
    yield {
      ...plan,
      weather: { ...weather, kinds: new Set([...weather.kinds].filter((one) => one !== kind)) },
    }
  }
  if (weather.slowness > 0) yield { ...plan, weather: { ...weather, slowness: 0 } }
  if (weather.pieces > 0) yield { ...plan, weather: { ...weather, pieces: 0 } }
  if (weather.skew > 0) yield { ...plan, weather: { ...weather, skew: 0 } }
  if (plan.width > 1) yield { ...plan, width: plan.width - 1 }
}
