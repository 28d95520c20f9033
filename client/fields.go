package client

import "github.com/vbem-go/vbem/gen/ent"

// The fields by which EM filters and sorts, as schema/queries.tsv has them. Their names are not always those of the
// elements: filter names often lack the suffix UTC.
// Fields of BackupServer queries.
const (
	BackupServerUID         StringField[ent.BackupServer] = "UID"
	BackupServerName        StringField[ent.BackupServer] = "Name"
	BackupServerDescription StringField[ent.BackupServer] = "Description"
	BackupServerIpOrDnsName StringField[ent.BackupServer] = "IpOrDnsName"
	BackupServerPort        IntField[ent.BackupServer]    = "Port"
	BackupServerVersion     StringField[ent.BackupServer] = "Version"
)

// Fields of RestoreSession queries.
const (
	RestoreSessionUID              StringField[ent.RestoreSession] = "UID"
	RestoreSessionName             StringField[ent.RestoreSession] = "Name"
	RestoreSessionType             EnumField[ent.RestoreSession]   = "Type" // FileLevelRestore, RestoreVm
	RestoreSessionCreationTime     TimeField[ent.RestoreSession]   = "CreationTime"
	RestoreSessionEndTime          TimeField[ent.RestoreSession]   = "EndTime"
	RestoreSessionState            EnumField[ent.RestoreSession]   = "State"  // Starting, Stopping, Working, Stopped
	RestoreSessionResult           EnumField[ent.RestoreSession]   = "Result" // Success, Warning, Failed
	RestoreSessionBackupServerUid  StringField[ent.RestoreSession] = "BackupServerUid"
	RestoreSessionBackupServerName StringField[ent.RestoreSession] = "BackupServerName"
	RestoreSessionVmDisplayName    StringField[ent.RestoreSession] = "VmDisplayName"
)

// Fields of Task queries.
const (
	TaskTaskId    StringField[ent.Task] = "TaskId"
	TaskState     EnumField[ent.Task]   = "State" // Running, OperationFinished, Finished
	TaskOperation StringField[ent.Task] = "Operation"
)

// Fields of CdpPolicy queries.
const (
	CdpPolicyUID                StringField[ent.CdpPolicy] = "UID"
	CdpPolicyName               StringField[ent.CdpPolicy] = "Name"
	CdpPolicyDescription        StringField[ent.CdpPolicy] = "Description"
	CdpPolicyNextRun            TimeField[ent.CdpPolicy]   = "NextRun"
	CdpPolicyScheduleConfigured BoolField[ent.CdpPolicy]   = "ScheduleConfigured"
	CdpPolicyScheduleEnabled    BoolField[ent.CdpPolicy]   = "ScheduleEnabled"
	CdpPolicyBackupServerUid    StringField[ent.CdpPolicy] = "BackupServerUid"
	CdpPolicyBackupServerName   StringField[ent.CdpPolicy] = "BackupServerName"
)

// Fields of CdpReplica queries.
const (
	CdpReplicaUID              StringField[ent.CdpReplica] = "UID"
	CdpReplicaName             StringField[ent.CdpReplica] = "Name"
	CdpReplicaPolicyId         StringField[ent.CdpReplica] = "PolicyId"
	CdpReplicaPolicyName       StringField[ent.CdpReplica] = "PolicyName"
	CdpReplicaBackupServerUid  StringField[ent.CdpReplica] = "BackupServerUid"
	CdpReplicaBackupServerName StringField[ent.CdpReplica] = "BackupServerName"
)

// Fields of CdpReplicaSession queries.
const (
	CdpReplicaSessionID               StringField[ent.CdpReplicaSession] = "Id"
	CdpReplicaSessionName             StringField[ent.CdpReplicaSession] = "Name"
	CdpReplicaSessionPolicyUid        StringField[ent.CdpReplicaSession] = "PolicyUid"
	CdpReplicaSessionPolicyName       StringField[ent.CdpReplicaSession] = "PolicyName"
	CdpReplicaSessionBackupServerUid  StringField[ent.CdpReplicaSession] = "BackupServerUid"
	CdpReplicaSessionBackupServerName StringField[ent.CdpReplicaSession] = "BackupServerName"
	CdpReplicaSessionCreationTimeUTC  TimeField[ent.CdpReplicaSession]   = "CreationTimeUTC"
	CdpReplicaSessionEndTimeUTC       TimeField[ent.CdpReplicaSession]   = "EndTimeUTC"
	CdpReplicaSessionState            EnumField[ent.CdpReplicaSession]   = "State"  // Starting, Stopping, Working, Pausing, Resuming, Stopped
	CdpReplicaSessionResult           EnumField[ent.CdpReplicaSession]   = "Result" // Success, Warning, Failed
	CdpReplicaSessionFailureMessage   StringField[ent.CdpReplicaSession] = "FailureMessage"
)

// Fields of CdpReplicaTaskSession queries.
const (
	CdpReplicaTaskSessionID                StringField[ent.CdpReplicaTaskSession] = "Id"
	CdpReplicaTaskSessionName              StringField[ent.CdpReplicaTaskSession] = "Name"
	CdpReplicaTaskSessionPolicySessionUid  StringField[ent.CdpReplicaTaskSession] = "PolicySessionUid"
	CdpReplicaTaskSessionPolicySessionName StringField[ent.CdpReplicaTaskSession] = "PolicySessionName"
	CdpReplicaTaskSessionBackupServerUid   StringField[ent.CdpReplicaTaskSession] = "BackupServerUid"
	CdpReplicaTaskSessionBackupServerName  StringField[ent.CdpReplicaTaskSession] = "BackupServerName"
	CdpReplicaTaskSessionCreationTimeUTC   TimeField[ent.CdpReplicaTaskSession]   = "CreationTimeUTC"
	CdpReplicaTaskSessionEndTimeUTC        TimeField[ent.CdpReplicaTaskSession]   = "EndTimeUTC"
	CdpReplicaTaskSessionState             EnumField[ent.CdpReplicaTaskSession]   = "State" // InProgress, Pending, Completed
	CdpReplicaTaskSessionReason            StringField[ent.CdpReplicaTaskSession] = "Reason"
	CdpReplicaTaskSessionTotalSize         IntField[ent.CdpReplicaTaskSession]    = "TotalSize"
	CdpReplicaTaskSessionVmDisplayName     StringField[ent.CdpReplicaTaskSession] = "VmDisplayName"
)

// Fields of AgentBackupJob queries.
const (
	AgentBackupJobUID                StringField[ent.AgentBackupJob] = "UID"
	AgentBackupJobName               StringField[ent.AgentBackupJob] = "Name"
	AgentBackupJobDescription        StringField[ent.AgentBackupJob] = "Description"
	AgentBackupJobJobType            EnumField[ent.AgentBackupJob]   = "JobType"  // AgentBackup
	AgentBackupJobPlatform           EnumField[ent.AgentBackupJob]   = "Platform" // AgentForLinux, AgentForWindows
	AgentBackupJobScheduleConfigured BoolField[ent.AgentBackupJob]   = "ScheduleConfigured"
	AgentBackupJobScheduleEnabled    BoolField[ent.AgentBackupJob]   = "ScheduleEnabled"
	AgentBackupJobBackupServerUid    StringField[ent.AgentBackupJob] = "BackupServerUid"
	AgentBackupJobBackupServerName   StringField[ent.AgentBackupJob] = "BackupServerName"
)

// Fields of AgentProtectionGroup queries.
const (
	AgentProtectionGroupUID              StringField[ent.AgentProtectionGroup] = "UID"
	AgentProtectionGroupName             StringField[ent.AgentProtectionGroup] = "Name"
	AgentProtectionGroupBackupServerUid  StringField[ent.AgentProtectionGroup] = "BackupServerUid"
	AgentProtectionGroupBackupServerName StringField[ent.AgentProtectionGroup] = "BackupServerName"
)

// Fields of AgentRestorePoint queries.
const (
	AgentRestorePointUID              StringField[ent.AgentRestorePoint] = "UID"
	AgentRestorePointName             StringField[ent.AgentRestorePoint] = "Name"
	AgentRestorePointCreationTime     TimeField[ent.AgentRestorePoint]   = "CreationTime"
	AgentRestorePointComputerName     StringField[ent.AgentRestorePoint] = "ComputerName"
	AgentRestorePointType             EnumField[ent.AgentRestorePoint]   = "Type"      // Full, Increment
	AgentRestorePointAlgorithm        EnumField[ent.AgentRestorePoint]   = "Algorithm" // Full, Incremental, SyntheticFull
	AgentRestorePointRestorePointId   StringField[ent.AgentRestorePoint] = "RestorePointId"
	AgentRestorePointRestorePointName StringField[ent.AgentRestorePoint] = "RestorePointName"
	AgentRestorePointBackupUid        StringField[ent.AgentRestorePoint] = "BackupUid"
	AgentRestorePointBackupName       StringField[ent.AgentRestorePoint] = "BackupName"
	AgentRestorePointBackupFileUid    StringField[ent.AgentRestorePoint] = "BackupFileUid"
	AgentRestorePointBackupFileName   StringField[ent.AgentRestorePoint] = "BackupFileName"
	AgentRestorePointBackupServerUid  StringField[ent.AgentRestorePoint] = "BackupServerUid"
	AgentRestorePointBackupServerName StringField[ent.AgentRestorePoint] = "BackupServerName"
)

// Fields of Backup queries.
const (
	BackupUID            StringField[ent.Backup] = "UID"
	BackupName           StringField[ent.Backup] = "Name"
	BackupJobUid         StringField[ent.Backup] = "JobUid"
	BackupJobName        StringField[ent.Backup] = "JobName"
	BackupRepositoryUid  StringField[ent.Backup] = "RepositoryUid"
	BackupRepositoryName StringField[ent.Backup] = "RepositoryName"
	BackupPlatform       EnumField[ent.Backup]   = "Platform"   // VMware, HyperV, vCloud, AgentForLinux, AgentForWindows, CustomPlatform
	BackupBackupType     EnumField[ent.Backup]   = "BackupType" // Standard, ParentBackup, ChildBackup
)

// Fields of BackupFile queries.
const (
	BackupFileUID              StringField[ent.BackupFile] = "UID"
	BackupFileName             StringField[ent.BackupFile] = "Name"
	BackupFileCreationTimeUTC  TimeField[ent.BackupFile]   = "CreationTimeUTC"
	BackupFileBackupSize       IntField[ent.BackupFile]    = "BackupSize"
	BackupFileDataSize         IntField[ent.BackupFile]    = "DataSize"
	BackupFileCompressRatio    FloatField[ent.BackupFile]  = "CompressRatio"
	BackupFileFileType         EnumField[ent.BackupFile]   = "FileType" // vbk, vib, vrb
	BackupFileBackupUid        StringField[ent.BackupFile] = "BackupUid"
	BackupFileBackupName       StringField[ent.BackupFile] = "BackupName"
	BackupFileBackupServerUid  StringField[ent.BackupFile] = "BackupServerUid"
	BackupFileBackupServerName StringField[ent.BackupFile] = "BackupServerName"
)

// Fields of BackupJobSession queries.
const (
	BackupJobSessionUID              StringField[ent.BackupJobSession] = "UID"
	BackupJobSessionName             StringField[ent.BackupJobSession] = "Name"
	BackupJobSessionJobType          EnumField[ent.BackupJobSession]   = "JobType"
	BackupJobSessionJobUid           StringField[ent.BackupJobSession] = "JobUid"
	BackupJobSessionJobName          StringField[ent.BackupJobSession] = "JobName"
	BackupJobSessionCreationTime     TimeField[ent.BackupJobSession]   = "CreationTime"
	BackupJobSessionEndTime          TimeField[ent.BackupJobSession]   = "EndTime"
	BackupJobSessionState            EnumField[ent.BackupJobSession]   = "State"  // Starting, Stopping, Working, Pausing, Resuming, Stopped
	BackupJobSessionResult           EnumField[ent.BackupJobSession]   = "Result" // Success, Warning, Failed
	BackupJobSessionIsRetry          BoolField[ent.BackupJobSession]   = "IsRetry"
	BackupJobSessionBackupServerUid  StringField[ent.BackupJobSession] = "BackupServerUid"
	BackupJobSessionBackupServerName StringField[ent.BackupJobSession] = "BackupServerName"
)

// Fields of BackupTaskSession queries.
const (
	BackupTaskSessionUID              StringField[ent.BackupTaskSession] = "UID"
	BackupTaskSessionName             StringField[ent.BackupTaskSession] = "Name"
	BackupTaskSessionCreationTime     TimeField[ent.BackupTaskSession]   = "CreationTime"
	BackupTaskSessionEndTime          TimeField[ent.BackupTaskSession]   = "EndTime"
	BackupTaskSessionState            EnumField[ent.BackupTaskSession]   = "State"  // InProgress, Pending, Completed
	BackupTaskSessionResult           EnumField[ent.BackupTaskSession]   = "Result" // Success, Warning, Failed
	BackupTaskSessionReason           StringField[ent.BackupTaskSession] = "Reason"
	BackupTaskSessionTotalSize        IntField[ent.BackupTaskSession]    = "TotalSize"
	BackupTaskSessionJobSessionUid    StringField[ent.BackupTaskSession] = "JobSessionUid"
	BackupTaskSessionJobUid           StringField[ent.BackupTaskSession] = "JobUid"
	BackupTaskSessionJobName          StringField[ent.BackupTaskSession] = "JobName"
	BackupTaskSessionBackupServerUid  StringField[ent.BackupTaskSession] = "BackupServerUid"
	BackupTaskSessionBackupServerName StringField[ent.BackupTaskSession] = "BackupServerName"
	BackupTaskSessionVmDisplayName    StringField[ent.BackupTaskSession] = "VmDisplayName"
)

// Fields of CloudFailoverPlan queries.
const (
	CloudFailoverPlanUID              StringField[ent.CloudFailoverPlan] = "UID"
	CloudFailoverPlanName             StringField[ent.CloudFailoverPlan] = "Name"
	CloudFailoverPlanDescription      StringField[ent.CloudFailoverPlan] = "Description"
	CloudFailoverPlanCloudTenantUid   StringField[ent.CloudFailoverPlan] = "CloudTenantUid"
	CloudFailoverPlanCloudTenantName  StringField[ent.CloudFailoverPlan] = "CloudTenantName"
	CloudFailoverPlanBackupServerUid  StringField[ent.CloudFailoverPlan] = "BackupServerUid"
	CloudFailoverPlanBackupServerName StringField[ent.CloudFailoverPlan] = "BackupServerName"
)

// Fields of CloudFailoverSession queries.
const (
	CloudFailoverSessionUID              StringField[ent.CloudFailoverSession] = "UID"
	CloudFailoverSessionName             StringField[ent.CloudFailoverSession] = "Name"
	CloudFailoverSessionType             EnumField[ent.CloudFailoverSession]   = "Type" // FailoverPlan
	CloudFailoverSessionCreationTime     TimeField[ent.CloudFailoverSession]   = "CreationTime"
	CloudFailoverSessionEndTime          TimeField[ent.CloudFailoverSession]   = "EndTime"
	CloudFailoverSessionState            EnumField[ent.CloudFailoverSession]   = "State"  // Starting, Stopping, Working, Stopped
	CloudFailoverSessionResult           EnumField[ent.CloudFailoverSession]   = "Result" // Success, Warning, Failed
	CloudFailoverSessionFailureMessage   StringField[ent.CloudFailoverSession] = "FailureMessage"
	CloudFailoverSessionBackupServerUid  StringField[ent.CloudFailoverSession] = "BackupServerUid"
	CloudFailoverSessionBackupServerName StringField[ent.CloudFailoverSession] = "BackupServerName"
)

// Fields of CloudGateway queries.
const (
	CloudGatewayUID              StringField[ent.CloudGateway] = "UID"
	CloudGatewayName             StringField[ent.CloudGateway] = "Name"
	CloudGatewayEnabled          BoolField[ent.CloudGateway]   = "Enabled"
	CloudGatewayDescription      StringField[ent.CloudGateway] = "Description"
	CloudGatewayBackupServerUid  StringField[ent.CloudGateway] = "BackupServerUid"
	CloudGatewayBackupServerName StringField[ent.CloudGateway] = "BackupServerName"
)

// Fields of CloudGatewayPool queries.
const (
	CloudGatewayPoolUID              StringField[ent.CloudGatewayPool] = "UID"
	CloudGatewayPoolName             StringField[ent.CloudGatewayPool] = "Name"
	CloudGatewayPoolDescription      StringField[ent.CloudGatewayPool] = "Description"
	CloudGatewayPoolBackupServerUid  StringField[ent.CloudGatewayPool] = "BackupServerUid"
	CloudGatewayPoolBackupServerName StringField[ent.CloudGatewayPool] = "BackupServerName"
)

// Fields of CloudHardwarePlan queries.
const (
	CloudHardwarePlanUID              StringField[ent.CloudHardwarePlan] = "UID"
	CloudHardwarePlanName             StringField[ent.CloudHardwarePlan] = "Name"
	CloudHardwarePlanPlatform         EnumField[ent.CloudHardwarePlan]   = "Platform" // VMware, HyperV
	CloudHardwarePlanBackupServerUid  StringField[ent.CloudHardwarePlan] = "BackupServerUid"
	CloudHardwarePlanBackupServerName StringField[ent.CloudHardwarePlan] = "BackupServerName"
)

// Fields of CloudPublicIpAddress queries.
const (
	CloudPublicIpAddressUID              StringField[ent.CloudPublicIpAddress] = "UID"
	CloudPublicIpAddressName             StringField[ent.CloudPublicIpAddress] = "Name"
	CloudPublicIpAddressIpAddress        StringField[ent.CloudPublicIpAddress] = "IpAddress"
	CloudPublicIpAddressCloudTenantUid   StringField[ent.CloudPublicIpAddress] = "CloudTenantUid"
	CloudPublicIpAddressCloudTenantName  StringField[ent.CloudPublicIpAddress] = "CloudTenantName"
	CloudPublicIpAddressBackupServerUid  StringField[ent.CloudPublicIpAddress] = "BackupServerUid"
	CloudPublicIpAddressBackupServerName StringField[ent.CloudPublicIpAddress] = "BackupServerName"
)

// Fields of CloudReplica queries.
const (
	CloudReplicaUID      StringField[ent.CloudReplica] = "UID"
	CloudReplicaName     StringField[ent.CloudReplica] = "Name"
	CloudReplicaPlatform EnumField[ent.CloudReplica]   = "Platform" // VMware, HyperV, vCloud
)

// Fields of CloudSubtenant queries.
const (
	CloudSubtenantUID              StringField[ent.CloudSubtenant] = "UID"
	CloudSubtenantName             StringField[ent.CloudSubtenant] = "Name"
	CloudSubtenantCloudTenantUid   StringField[ent.CloudSubtenant] = "CloudTenantUid"
	CloudSubtenantCloudTenantName  StringField[ent.CloudSubtenant] = "CloudTenantName"
	CloudSubtenantDisabled         BoolField[ent.CloudSubtenant]   = "Disabled"
	CloudSubtenantUnlimited        BoolField[ent.CloudSubtenant]   = "Unlimited"
	CloudSubtenantQuota            IntField[ent.CloudSubtenant]    = "Quota"
	CloudSubtenantUsedQuota        IntField[ent.CloudSubtenant]    = "UsedQuota"
	CloudSubtenantBackupResourceId StringField[ent.CloudSubtenant] = "BackupResourceId"
	CloudSubtenantBackupServerUid  StringField[ent.CloudSubtenant] = "BackupServerUid"
	CloudSubtenantBackupServerName StringField[ent.CloudSubtenant] = "BackupServerName"
)

// Fields of CloudTenant queries.
const (
	CloudTenantUID                   StringField[ent.CloudTenant] = "UID"
	CloudTenantName                  StringField[ent.CloudTenant] = "Name"
	CloudTenantEnabled               BoolField[ent.CloudTenant]   = "Enabled"
	CloudTenantBackupServerUid       StringField[ent.CloudTenant] = "BackupServerUid"
	CloudTenantBackupServerName      StringField[ent.CloudTenant] = "BackupServerName"
	CloudTenantType                  EnumField[ent.CloudTenant]   = "Type" // vCD, Standalone, ActiveDirectory
	CloudTenantOrganizationReference StringField[ent.CloudTenant] = "OrganizationReference"
)

// Fields of CloudVmReplicaPoint queries.
const (
	CloudVmReplicaPointUID              StringField[ent.CloudVmReplicaPoint] = "UID"
	CloudVmReplicaPointName             StringField[ent.CloudVmReplicaPoint] = "Name"
	CloudVmReplicaPointCreationTime     TimeField[ent.CloudVmReplicaPoint]   = "CreationTime"
	CloudVmReplicaPointVmName           StringField[ent.CloudVmReplicaPoint] = "VmName"
	CloudVmReplicaPointType             EnumField[ent.CloudVmReplicaPoint]   = "Type" // CDP, Full, ReverseIncrement, Increment, Snapshot
	CloudVmReplicaPointReplicaUid       StringField[ent.CloudVmReplicaPoint] = "ReplicaUid"
	CloudVmReplicaPointReplicaName      StringField[ent.CloudVmReplicaPoint] = "ReplicaName"
	CloudVmReplicaPointVmDisplayName    StringField[ent.CloudVmReplicaPoint] = "VmDisplayName"
	CloudVmReplicaPointBackupServerUid  StringField[ent.CloudVmReplicaPoint] = "BackupServerUid"
	CloudVmReplicaPointBackupServerName StringField[ent.CloudVmReplicaPoint] = "BackupServerName"
	CloudVmReplicaPointState            EnumField[ent.CloudVmReplicaPoint]   = "State" // Unknown, Ready, Failover, Failback, PermanentFailover
)

// Fields of Credentials queries.
const (
	CredentialsInfoUsername        StringField[ent.CredentialsInfo] = "Username"
	CredentialsInfoDescription     StringField[ent.CredentialsInfo] = "Description"
	CredentialsInfoBackupServerUid StringField[ent.CredentialsInfo] = "BackupServerUid"
	CredentialsInfoCredentialsId   StringField[ent.CredentialsInfo] = "CredentialsId"
)

// Fields of DiscoveredComputer queries.
const (
	DiscoveredComputerUID                 StringField[ent.DiscoveredComputer] = "UID"
	DiscoveredComputerName                StringField[ent.DiscoveredComputer] = "Name"
	DiscoveredComputerBackupServerUid     StringField[ent.DiscoveredComputer] = "BackupServerUid"
	DiscoveredComputerBackupServerName    StringField[ent.DiscoveredComputer] = "BackupServerName"
	DiscoveredComputerAgentVersion        StringField[ent.DiscoveredComputer] = "AgentVersion"
	DiscoveredComputerAgentStatus         StringField[ent.DiscoveredComputer] = "AgentStatus"
	DiscoveredComputerOsVersion           StringField[ent.DiscoveredComputer] = "OsVersion"
	DiscoveredComputerIpAddress           StringField[ent.DiscoveredComputer] = "IpAddress"
	DiscoveredComputerProtectionGroupUid  StringField[ent.DiscoveredComputer] = "ProtectionGroupUid"
	DiscoveredComputerProtectionGroupName StringField[ent.DiscoveredComputer] = "ProtectionGroupName"
)

// Fields of FailoverPlan queries.
const (
	FailoverPlanUID              StringField[ent.FailoverPlan] = "UID"
	FailoverPlanName             StringField[ent.FailoverPlan] = "Name"
	FailoverPlanDescription      StringField[ent.FailoverPlan] = "Description"
	FailoverPlanBackupServerUid  StringField[ent.FailoverPlan] = "BackupServerUid"
	FailoverPlanBackupServerName StringField[ent.FailoverPlan] = "BackupServerName"
)

// Fields of FileServer queries.
const (
	FileServerUID              StringField[ent.FileServer] = "UID"
	FileServerName             StringField[ent.FileServer] = "Name"
	FileServerBackupServerUid  StringField[ent.FileServer] = "BackupServerUid"
	FileServerBackupServerName StringField[ent.FileServer] = "BackupServerName"
)

// Fields of HierarchyRoot queries.
const (
	HierarchyRootUID              StringField[ent.HierarchyRoot] = "UID"
	HierarchyRootName             StringField[ent.HierarchyRoot] = "Name"
	HierarchyRootUniqueId         StringField[ent.HierarchyRoot] = "UniqueId"
	HierarchyRootHostType         EnumField[ent.HierarchyRoot]   = "HostType" // ESX, VC, ESXi, HvServer, HvCluster, Scvmm, VcdSystem
	HierarchyRootBackupServerUid  StringField[ent.HierarchyRoot] = "BackupServerUid"
	HierarchyRootBackupServerName StringField[ent.HierarchyRoot] = "BackupServerName"
)

// Fields of Job queries.
const (
	JobUID                StringField[ent.Job] = "UID"
	JobName               StringField[ent.Job] = "Name"
	JobDescription        StringField[ent.Job] = "Description"
	JobNextRun            TimeField[ent.Job]   = "NextRun"
	JobJobType            EnumField[ent.Job]   = "JobType"  // Backup, BackupCopy, ImmediateBackupCopy, Replica
	JobPlatform           EnumField[ent.Job]   = "Platform" // VMware, Hyperv, vCloud
	JobScheduleConfigured BoolField[ent.Job]   = "ScheduleConfigured"
	JobScheduleEnabled    BoolField[ent.Job]   = "ScheduleEnabled"
	JobBackupServerUid    StringField[ent.Job] = "BackupServerUid"
	JobBackupServerName   StringField[ent.Job] = "BackupServerName"
)

// Fields of ManagedServer queries.
const (
	ManagedServerUID               StringField[ent.ManagedServer] = "UID"
	ManagedServerName              StringField[ent.ManagedServer] = "Name"
	ManagedServerDescription       StringField[ent.ManagedServer] = "Description"
	ManagedServerManagedServerType EnumField[ent.ManagedServer]   = "ManagedServerType"
)

// Fields of NasJob queries.
const (
	NASJobUID                StringField[ent.NASJob] = "UID"
	NASJobName               StringField[ent.NASJob] = "Name"
	NASJobDescription        StringField[ent.NASJob] = "Description"
	NASJobNextRun            TimeField[ent.NASJob]   = "NextRun"
	NASJobScheduleConfigured BoolField[ent.NASJob]   = "ScheduleConfigured"
	NASJobScheduleEnabled    BoolField[ent.NASJob]   = "ScheduleEnabled"
	NASJobBackupServerUid    StringField[ent.NASJob] = "BackupServerUid"
	NASJobBackupServerName   StringField[ent.NASJob] = "BackupServerName"
)

// Fields of NasObject queries.
const (
	NASObjectUID              StringField[ent.NASObject] = "UID"
	NASObjectName             StringField[ent.NASObject] = "Name"
	NASObjectJobUid           StringField[ent.NASObject] = "JobUid"
	NASObjectJobName          StringField[ent.NASObject] = "JobName"
	NASObjectFileServerUid    StringField[ent.NASObject] = "FileServerUid"
	NASObjectFileServerName   StringField[ent.NASObject] = "FileServerName"
	NASObjectBackupServerUid  StringField[ent.NASObject] = "BackupServerUid"
	NASObjectBackupServerName StringField[ent.NASObject] = "BackupServerName"
)

// Fields of ObjectInAgentBackupJob queries.
const (
	ObjectInAgentBackupJobUID              StringField[ent.ObjectInAgentBackupJob] = "UID"
	ObjectInAgentBackupJobDisplayName      StringField[ent.ObjectInAgentBackupJob] = "DisplayName"
	ObjectInAgentBackupJobJobUid           StringField[ent.ObjectInAgentBackupJob] = "JobUid"
	ObjectInAgentBackupJobJobName          StringField[ent.ObjectInAgentBackupJob] = "JobName"
	ObjectInAgentBackupJobFileServerUid    StringField[ent.ObjectInAgentBackupJob] = "FileServerUid"
	ObjectInAgentBackupJobFileServerName   StringField[ent.ObjectInAgentBackupJob] = "FileServerName"
	ObjectInAgentBackupJobBackupServerUid  StringField[ent.ObjectInAgentBackupJob] = "BackupServerUid"
	ObjectInAgentBackupJobBackupServerName StringField[ent.ObjectInAgentBackupJob] = "BackupServerName"
)

// Fields of ObjectInJob queries.
const (
	ObjectInJobUID              StringField[ent.ObjectInJob] = "UID"
	ObjectInJobName             StringField[ent.ObjectInJob] = "Name"
	ObjectInJobJobUid           StringField[ent.ObjectInJob] = "JobUid"
	ObjectInJobJobName          StringField[ent.ObjectInJob] = "JobName"
	ObjectInJobBackupServerUid  StringField[ent.ObjectInJob] = "BackupServerUid"
	ObjectInJobBackupServerName StringField[ent.ObjectInJob] = "BackupServerName"
)

// Fields of Passwords queries.
const (
	PasswordKeyInfoPasswordKeyID    StringField[ent.PasswordKeyInfo] = "PasswordKeyID"
	PasswordKeyInfoHint             StringField[ent.PasswordKeyInfo] = "Hint"
	PasswordKeyInfoBackupServerUid  StringField[ent.PasswordKeyInfo] = "BackupServerUid"
	PasswordKeyInfoBackupServerName StringField[ent.PasswordKeyInfo] = "BackupServerName"
)

// Fields of Replica queries.
const (
	ReplicaUID            StringField[ent.Replica] = "UID"
	ReplicaName           StringField[ent.Replica] = "Name"
	ReplicaJobUid         StringField[ent.Replica] = "JobUid"
	ReplicaJobName        StringField[ent.Replica] = "JobName"
	ReplicaRepositoryUid  StringField[ent.Replica] = "RepositoryUid"
	ReplicaRepositoryName StringField[ent.Replica] = "RepositoryName"
)

// Fields of ReplicaJobSession queries.
const (
	ReplicaJobSessionUID              StringField[ent.ReplicaJobSession] = "UID"
	ReplicaJobSessionName             StringField[ent.ReplicaJobSession] = "Name"
	ReplicaJobSessionJobType          EnumField[ent.ReplicaJobSession]   = "JobType" // Replica
	ReplicaJobSessionJobUid           StringField[ent.ReplicaJobSession] = "JobUid"
	ReplicaJobSessionJobName          StringField[ent.ReplicaJobSession] = "JobName"
	ReplicaJobSessionCreationTime     TimeField[ent.ReplicaJobSession]   = "CreationTime"
	ReplicaJobSessionEndTime          TimeField[ent.ReplicaJobSession]   = "EndTime"
	ReplicaJobSessionState            EnumField[ent.ReplicaJobSession]   = "State"  // Starting, Stopping, Working, Pausing, Resuming, Stopped
	ReplicaJobSessionResult           EnumField[ent.ReplicaJobSession]   = "Result" // Success, Warning, Failed
	ReplicaJobSessionIsRetry          BoolField[ent.ReplicaJobSession]   = "IsRetry"
	ReplicaJobSessionBackupServerUid  StringField[ent.ReplicaJobSession] = "BackupServerUid"
	ReplicaJobSessionBackupServerName StringField[ent.ReplicaJobSession] = "BackupServerName"
)

// Fields of ReplicaTaskSession queries.
const (
	ReplicaTaskSessionUID              StringField[ent.ReplicaTaskSession] = "UID"
	ReplicaTaskSessionName             StringField[ent.ReplicaTaskSession] = "Name"
	ReplicaTaskSessionCreationTime     TimeField[ent.ReplicaTaskSession]   = "CreationTime"
	ReplicaTaskSessionEndTime          TimeField[ent.ReplicaTaskSession]   = "EndTime"
	ReplicaTaskSessionState            EnumField[ent.ReplicaTaskSession]   = "State"  // InProgress, Pending, Completed
	ReplicaTaskSessionResult           EnumField[ent.ReplicaTaskSession]   = "Result" // Success, Warning, Failed
	ReplicaTaskSessionReason           StringField[ent.ReplicaTaskSession] = "Reason"
	ReplicaTaskSessionTotalSize        IntField[ent.ReplicaTaskSession]    = "TotalSize"
	ReplicaTaskSessionJobSessionUid    StringField[ent.ReplicaTaskSession] = "JobSessionUid"
	ReplicaTaskSessionJobUid           StringField[ent.ReplicaTaskSession] = "JobUid"
	ReplicaTaskSessionJobName          StringField[ent.ReplicaTaskSession] = "JobName"
	ReplicaTaskSessionBackupServerUid  StringField[ent.ReplicaTaskSession] = "BackupServerUid"
	ReplicaTaskSessionBackupServerName StringField[ent.ReplicaTaskSession] = "BackupServerName"
	ReplicaTaskSessionVmDisplayName    StringField[ent.ReplicaTaskSession] = "VmDisplayName"
)

// Fields of Repository queries.
const (
	RepositoryUID              StringField[ent.Repository] = "UID"
	RepositoryName             StringField[ent.Repository] = "Name"
	RepositoryFreeSpace        IntField[ent.Repository]    = "FreeSpace"
	RepositoryCapacity         IntField[ent.Repository]    = "Capacity"
	RepositoryBackupServerUid  StringField[ent.Repository] = "BackupServerUid"
	RepositoryBackupServerName StringField[ent.Repository] = "BackupServerName"
)

// Fields of RestorePoint queries.
const (
	RestorePointUID              StringField[ent.RestorePoint] = "UID"
	RestorePointName             StringField[ent.RestorePoint] = "Name"
	RestorePointCreationTime     TimeField[ent.RestorePoint]   = "CreationTime"
	RestorePointBackupUid        StringField[ent.RestorePoint] = "BackupUid"
	RestorePointBackupName       StringField[ent.RestorePoint] = "BackupName"
	RestorePointBackupServerUid  StringField[ent.RestorePoint] = "BackupServerUid"
	RestorePointBackupServerName StringField[ent.RestorePoint] = "BackupServerName"
)

// Fields of vAppReplicaPoint queries.
const (
	VAppReplicaPointUID              StringField[ent.VAppReplicaPoint] = "UID"
	VAppReplicaPointName             StringField[ent.VAppReplicaPoint] = "Name"
	VAppReplicaPointVAppDisplayName  StringField[ent.VAppReplicaPoint] = "vAppDisplayName"
	VAppReplicaPointCreationTime     TimeField[ent.VAppReplicaPoint]   = "CreationTime"
	VAppReplicaPointVAppName         StringField[ent.VAppReplicaPoint] = "vAppName"
	VAppReplicaPointType             EnumField[ent.VAppReplicaPoint]   = "Type"      // Full, ReverseIncrement, Increment, Snapshot
	VAppReplicaPointAlgorithm        EnumField[ent.VAppReplicaPoint]   = "Algorithm" // Full, ReversedIncremental, Incremental, SyntheticFull
	VAppReplicaPointReplicaUid       StringField[ent.VAppReplicaPoint] = "ReplicaUid"
	VAppReplicaPointReplicaName      StringField[ent.VAppReplicaPoint] = "ReplicaName"
	VAppReplicaPointBackupServerUid  StringField[ent.VAppReplicaPoint] = "BackupServerUid"
	VAppReplicaPointBackupServerName StringField[ent.VAppReplicaPoint] = "BackupServerName"
)

// Fields of vAppRestorePoint queries.
const (
	VAppRestorePointUID              StringField[ent.VAppRestorePoint] = "UID"
	VAppRestorePointName             StringField[ent.VAppRestorePoint] = "Name"
	VAppRestorePointCreationTime     TimeField[ent.VAppRestorePoint]   = "CreationTime"
	VAppRestorePointType             EnumField[ent.VAppRestorePoint]   = "Type"      // Full, Increment, ReverseIncrement
	VAppRestorePointAlgorithm        EnumField[ent.VAppRestorePoint]   = "Algorithm" // Full, ReversedIncremental, Incremental, SyntheticFull
	VAppRestorePointRestorePointId   StringField[ent.VAppRestorePoint] = "RestorePointId"
	VAppRestorePointVAppDisplayName  StringField[ent.VAppRestorePoint] = "VAppDisplayName"
	VAppRestorePointBackupServerUid  StringField[ent.VAppRestorePoint] = "BackupServerUid"
	VAppRestorePointBackupServerName StringField[ent.VAppRestorePoint] = "BackupServerName"
)

// Fields of VCloudOrganizationConfig queries.
const (
	VCloudOrganizationConfigUID                    StringField[ent.VCloudOrganizationConfig] = "UID"
	VCloudOrganizationConfigName                   StringField[ent.VCloudOrganizationConfig] = "Name"
	VCloudOrganizationConfigRepositoryUid          StringField[ent.VCloudOrganizationConfig] = "RepositoryUid"
	VCloudOrganizationConfigQuotaGb                IntField[ent.VCloudOrganizationConfig]    = "QuotaGb"
	VCloudOrganizationConfigDisabled               BoolField[ent.VCloudOrganizationConfig]   = "Disabled"
	VCloudOrganizationConfigJobSchedulerType       EnumField[ent.VCloudOrganizationConfig]   = "JobSchedulerType" // Full, Partial, Random, Disabled
	VCloudOrganizationConfigUsedQuota              IntField[ent.VCloudOrganizationConfig]    = "UsedQuota"
	VCloudOrganizationConfigBackupServerUid        StringField[ent.VCloudOrganizationConfig] = "BackupServerUid"
	VCloudOrganizationConfigBackupServerName       StringField[ent.VCloudOrganizationConfig] = "BackupServerName"
	VCloudOrganizationConfigHostUid                StringField[ent.VCloudOrganizationConfig] = "HostUid"
	VCloudOrganizationConfigRepositoryFriendlyName StringField[ent.VCloudOrganizationConfig] = "RepositoryFriendlyName"
)

// Fields of VlanConfiguration queries.
const (
	VlanConfigurationUID              StringField[ent.VlanConfiguration] = "UID"
	VlanConfigurationSwitchName       StringField[ent.VlanConfiguration] = "SwitchName"
	VlanConfigurationSwitchType       EnumField[ent.VlanConfiguration]   = "SwitchType" // VirtualSwitch, DistributedVirtualSwitch
	VlanConfigurationSwitchId         StringField[ent.VlanConfiguration] = "SwitchId"
	VlanConfigurationClusterName      StringField[ent.VlanConfiguration] = "ClusterName"
	VlanConfigurationClusterRef       StringField[ent.VlanConfiguration] = "ClusterRef"
	VlanConfigurationBackupServerUid  StringField[ent.VlanConfiguration] = "BackupServerUid"
	VlanConfigurationBackupServerName StringField[ent.VlanConfiguration] = "BackupServerName"
)

// Fields of VmReplicaPoint queries.
const (
	VmReplicaPointUID              StringField[ent.VmReplicaPoint] = "UID"
	VmReplicaPointName             StringField[ent.VmReplicaPoint] = "Name"
	VmReplicaPointCreationTime     TimeField[ent.VmReplicaPoint]   = "CreationTime"
	VmReplicaPointType             EnumField[ent.VmReplicaPoint]   = "Type"      // Full, ReverseIncrement, Increment, Snapshot
	VmReplicaPointAlgorithm        EnumField[ent.VmReplicaPoint]   = "Algorithm" // Full, ReversedIncremental, Incremental, SyntheticFull
	VmReplicaPointReplicaUid       StringField[ent.VmReplicaPoint] = "ReplicaUid"
	VmReplicaPointReplicaName      StringField[ent.VmReplicaPoint] = "ReplicaName"
	VmReplicaPointVmDisplayName    StringField[ent.VmReplicaPoint] = "VmDisplayName"
	VmReplicaPointBackupServerUid  StringField[ent.VmReplicaPoint] = "BackupServerUid"
	VmReplicaPointBackupServerName StringField[ent.VmReplicaPoint] = "BackupServerName"
)

// Fields of VmRestorePoint queries.
const (
	VmRestorePointUID              StringField[ent.VmRestorePoint] = "UID"
	VmRestorePointName             StringField[ent.VmRestorePoint] = "Name"
	VmRestorePointCreationTime     TimeField[ent.VmRestorePoint]   = "CreationTime"
	VmRestorePointType             EnumField[ent.VmRestorePoint]   = "Type"      // Full, Increment, ReverseIncrement
	VmRestorePointAlgorithm        EnumField[ent.VmRestorePoint]   = "Algorithm" // Full, ReversedIncremental, Incremental, SyntheticFull
	VmRestorePointRestorePointId   StringField[ent.VmRestorePoint] = "RestorePointId"
	VmRestorePointRestorePointName StringField[ent.VmRestorePoint] = "RestorePointName"
	VmRestorePointVmDisplayName    StringField[ent.VmRestorePoint] = "VmDisplayName"
	VmRestorePointBackupServerUid  StringField[ent.VmRestorePoint] = "BackupServerUid"
	VmRestorePointBackupServerName StringField[ent.VmRestorePoint] = "BackupServerName"
)

// Fields of VsphereSelfServiceConfig queries.
const (
	VSphereSelfServiceConfigUID              StringField[ent.VSphereSelfServiceConfig] = "UID"
	VSphereSelfServiceConfigName             StringField[ent.VSphereSelfServiceConfig] = "Name"
	VSphereSelfServiceConfigBackupServerUid  StringField[ent.VSphereSelfServiceConfig] = "BackupServerUid"
	VSphereSelfServiceConfigBackupServerName StringField[ent.VSphereSelfServiceConfig] = "BackupServerName"
	VSphereSelfServiceConfigJobSchedulerType EnumField[ent.VSphereSelfServiceConfig]   = "JobSchedulerType" // Full, Partial, Random, Disabled
	VSphereSelfServiceConfigAccountType      EnumField[ent.VSphereSelfServiceConfig]   = "AccountType"      // User, Group
	VSphereSelfServiceConfigPerUser          BoolField[ent.VSphereSelfServiceConfig]   = "PerUser"
	VSphereSelfServiceConfigQuotaGb          IntField[ent.VSphereSelfServiceConfig]    = "QuotaGb"
	VSphereSelfServiceConfigRepositoryUid    StringField[ent.VSphereSelfServiceConfig] = "RepositoryUid"
	VSphereSelfServiceConfigUsedQuota        IntField[ent.VSphereSelfServiceConfig]    = "UsedQuota"
)

// Fields of WanAccelerator queries.
const (
	WanAcceleratorUID                      StringField[ent.WanAccelerator] = "UID"
	WanAcceleratorName                     StringField[ent.WanAccelerator] = "Name"
	WanAcceleratorCapacity                 IntField[ent.WanAccelerator]    = "Capacity"
	WanAcceleratorConnectionsCount         IntField[ent.WanAccelerator]    = "ConnectionsCount"
	WanAcceleratorHighBandwidthModeEnabled BoolField[ent.WanAccelerator]   = "HighBandwidthModeEnabled"
	WanAcceleratorBackupServerUid          StringField[ent.WanAccelerator] = "BackupServerUid"
	WanAcceleratorBackupServerName         StringField[ent.WanAccelerator] = "BackupServerName"
)
