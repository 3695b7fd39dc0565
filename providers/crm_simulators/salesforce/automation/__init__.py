"""What saves and schedules trigger: flows, approval processes, workflow actions and e-mail alerts."""
