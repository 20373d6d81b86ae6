import { racesOfSendingsAndEnds, runAll } from './races.ts'

runAll(racesOfSendingsAndEnds)
