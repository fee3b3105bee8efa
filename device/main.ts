#!/usr/bin/env node
import { runDevice } from './process.ts';

await runDevice(process.argv.slice(2), Date.now);
