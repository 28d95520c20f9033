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
