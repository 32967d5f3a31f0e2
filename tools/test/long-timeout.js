// Tests against real servers take seconds, not milliseconds (jest takes testTimeout only for all projects at once).
jest.setTimeout(120_000);
