package simulator

import "strconv"

func addServers(s *site) {
	for i := range s.model.BackupServers {
		s.add("/backupServers/{ID}", number("backup%02d.sim.example", i+1), strconv.Itoa(i+1)).setAll(values{
			"Description": number("Simulated backup server %d", i+1), "Port": 9392, "Version": "13.0.1.1071",
		}).query = values{"IpOrDnsName": number("backup%02d.sim.example", i+1)}
	}
}
