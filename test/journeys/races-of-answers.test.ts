import { racesOfAnswers } from '../model/races.ts'
import { runAll } from './races.ts'

runAll(racesOfAnswers)
