import { racesOfSendingsAndEnds } from '../model/races.ts'
import { runAll } from './races.ts'

runAll(racesOfSendingsAndEnds)
