"""What saves and schedules set off: flows, approval processes, workflow actions and e-mail alerts."""
