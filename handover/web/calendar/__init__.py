"""The calendar: days and weeks, appointments, when practitioners work and when they are busy."""
