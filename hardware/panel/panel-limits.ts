export const PANEL_LIMITS = {
  blinkMs: 500,
  beepMs: 120,
  beepsMax: 5,
  sensorMs: 1000,
  samplingMs: 50,
} as const;
