import { racesOfAnswers, runAll } from './races.ts'

runAll(racesOfAnswers)
