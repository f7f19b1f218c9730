"""Health as data: results, conditions, the state machine, history, the board; pure, with time as an argument."""
