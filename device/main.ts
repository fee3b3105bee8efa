#!/usr/bin/env node
import { leave, runDevice } from './process.ts';

await runDevice(process.argv.slice(2), Date.now);
leave();
