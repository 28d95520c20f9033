package soak

// Mix holds every kind of fault. Statuses that leave the outcome open come before the work and after it.
const Mix = `
delay p=0.03 for=5ms
delay late p=0.03 for=8ms
delay p=0.003 for=900ms method=POST   # longer than the client's patience: carried out when the client has given up
reset-accept p=0.006
certificate p=0.004
reset-before p=0.01
reset-after p=0.02
reset-middle p=0.02
truncate p=0.01
corrupt p=0.01
content-type p=0.01
slow p=0.004 for=50ms
hang p=0.002
hang late p=0.002
status code=503 p=0.01
status code=503 late p=0.01
status code=500 p=0.005
status code=500 late p=0.005
status code=502 body=html p=0.005
status code=502 body=html late p=0.01
status code=502 body=echo p=0.01
status code=500 body=echo late p=0.01
status code=504 body=none late p=0.005
status code=408 body=none p=0.003
status code=408 body=none late p=0.003
status code=429 p=0.003
status code=400 p=0.002
status code=403 p=0.002 op=CdpReplica.VApps.ID.Failover
status code=404 p=0.002
status code=401 p=0.004
status code=200 body=html p=0.004
status code=200 body=html late p=0.004
status code=200 body=none p=0.003
status code=200 body=none late p=0.002
status code=204 body=none late p=0.002
status code=307 to=https://127.0.0.1:1/api/elsewhere body=none p=0.003
status code=308 to=/api/tasks body=none p=0.003
status code=303 to=/api/tasks body=none late p=0.003
expire p=0.004
expire late p=0.004
vanish p=0.003
restart p=0.0004
restart late p=0.0004
skew p=0.0002 for=3m times=5
skew p=0.0002 for=-3m times=5
skew p=0.0002 times=5
`
