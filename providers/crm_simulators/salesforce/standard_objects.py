"""The standard objects and fields of a new org, as far as clients touch them [K: lengths and flags]."""

from __future__ import annotations

# One field per line: name, type, then any of: length=N, precision=P.S, values=StandardValueSet, to=Object[,Object],
# as=RelationshipName, required, readonly (set by the server), create (not after creation), default=VALUE.
SYSTEM_FIELDS = """
Id id readonly
IsDeleted boolean readonly
CreatedDate datetime readonly
CreatedById reference to=User as=CreatedBy readonly
LastModifiedDate datetime readonly
LastModifiedById reference to=User as=LastModifiedBy readonly
SystemModstamp datetime readonly
"""
PERSON_FIELDS = """
FirstName string length=40
LastName string length=80 required
Name string length=121 readonly
Salutation picklist values=Salutation
Title string length=128
Email email length=80
Phone phone length=40
MobilePhone phone length=40
Fax phone length=40
Description textarea length=32000
HasOptedOutOfEmail boolean default=false
DoNotCall boolean default=false
LeadSource picklist values=LeadSource
OwnerId reference to=User,Group as=Owner
"""
ACTIVITY_FIELDS = """
WhoId reference to=Contact,Lead as=Who
WhatId reference to=Account,Opportunity,Campaign as=What
Subject string length=255
OwnerId reference to=User,Group as=Owner
Description textarea length=32000
"""

OBJECTS: dict[str, str] = {
    "Lead": PERSON_FIELDS
    + """
Company string length=255 required
Street textarea length=255
City string length=40
State string length=80
PostalCode string length=20
Country string length=80
Website url length=255
Status picklist values=LeadStatus required
Industry picklist values=Industry
Rating picklist values=AccountRating
AnnualRevenue currency precision=18.0
NumberOfEmployees int
IsConverted boolean readonly default=false
ConvertedDate date readonly
ConvertedAccountId reference to=Account as=ConvertedAccount readonly
ConvertedContactId reference to=Contact as=ConvertedContact readonly
ConvertedOpportunityId reference to=Opportunity as=ConvertedOpportunity readonly
IsUnreadByOwner boolean default=true
RecordTypeId reference to=RecordType as=RecordType
LastActivityDate date readonly
""",
    "Contact": PERSON_FIELDS
    + """
AccountId reference to=Account as=Account
ReportsToId reference to=Contact as=ReportsTo
Department string length=80
MailingStreet textarea length=255
MailingCity string length=40
MailingState string length=80
MailingPostalCode string length=20
MailingCountry string length=80
Birthdate date
RecordTypeId reference to=RecordType as=RecordType
LastActivityDate date readonly
""",
    "Account": """
Name string length=255 required
ParentId reference to=Account as=Parent
Type picklist values=AccountType
Industry picklist values=Industry
Rating picklist values=AccountRating
AccountSource picklist values=LeadSource
AnnualRevenue currency precision=18.0
NumberOfEmployees int
Website url length=255
Phone phone length=40
Description textarea length=32000
BillingStreet textarea length=255
BillingCity string length=40
BillingState string length=80
BillingPostalCode string length=20
BillingCountry string length=80
OwnerId reference to=User as=Owner
RecordTypeId reference to=RecordType as=RecordType
LastActivityDate date readonly
""",
    "Opportunity": """
Name string length=120 required
AccountId reference to=Account as=Account
StageName picklist values=OpportunityStage required
CloseDate date required
Amount currency precision=18.2
Probability percent precision=3.0
ExpectedRevenue currency precision=18.2 readonly
Type picklist values=OpportunityType
LeadSource picklist values=LeadSource
NextStep string length=255
Description textarea length=32000
ForecastCategoryName picklist values=ForecastCategoryName
ForecastCategory string length=40 readonly
IsClosed boolean readonly
IsWon boolean readonly
CampaignId reference to=Campaign as=Campaign
OwnerId reference to=User as=Owner
RecordTypeId reference to=RecordType as=RecordType
LastStageChangeDate datetime readonly
LastActivityDate date readonly
""",
    "Task": ACTIVITY_FIELDS
    + """
ActivityDate date
Status picklist values=TaskStatus required default=Not%20Started
Priority picklist values=TaskPriority required default=Normal
IsClosed boolean readonly
IsHighPriority boolean readonly
Type string length=40
TaskSubtype string length=40
CallDurationInSeconds int
CallType string length=40
CallDisposition string length=255
IsReminderSet boolean default=false
ReminderDateTime datetime
CompletedDateTime datetime readonly
""",
    "Event": ACTIVITY_FIELDS
    + """
StartDateTime datetime
EndDateTime datetime
ActivityDate date
DurationInMinutes int
""",
    "Campaign": """
Name string length=80 required
Type picklist values=CampaignType
Status picklist values=CampaignStatus
IsActive boolean default=false
StartDate date
EndDate date
Description textarea length=32000
OwnerId reference to=User as=Owner
""",
    "CampaignMember": """
CampaignId reference to=Campaign as=Campaign required create
LeadId reference to=Lead as=Lead
ContactId reference to=Contact as=Contact
Status string length=40
HasResponded boolean readonly
FirstRespondedDate date readonly
""",
    "User": """
Username string length=80 required
FirstName string length=40
LastName string length=80 required
Name string length=121 readonly
Email email length=128 required
Alias string length=8 required
IsActive boolean default=true
UserType string length=40 readonly
Title string length=80
Department string length=80
ManagerId reference to=User as=Manager
ProfileId reference to=Profile as=Profile required
UserRoleId reference to=UserRole as=UserRole
TimeZoneSidKey string length=40 default=America/New_York
LocaleSidKey string length=40 default=en_US
EmailEncodingKey string length=40 default=UTF-8
LanguageLocaleKey string length=40 default=en_US
FederationIdentifier string length=512
""",
    "Profile": """
Name string length=255 readonly
UserType string length=40 readonly
PermissionsModifyAllData boolean readonly
PermissionsModifyMetadata boolean readonly
PermissionsViewSetup boolean readonly
PermissionsManageUsers boolean readonly
PermissionsAssignPermissionSets boolean readonly
""",
    "UserPermissionAccess": """
LastCacheUpdate datetime readonly
PermissionsModifyAllData boolean readonly
PermissionsModifyMetadata boolean readonly
PermissionsViewSetup boolean readonly
PermissionsManageUsers boolean readonly
PermissionsAssignPermissionSets boolean readonly
""",
    "UserRole": """
Name string length=80 required
DeveloperName string length=80
ParentRoleId reference to=UserRole as=ParentRole
""",
    "Group": """
Name string length=40 required
DeveloperName string length=80
Type string length=40 required create
Email email length=80
DoesSendEmailToMembers boolean default=false
DoesIncludeBosses boolean default=true
OwnerId reference to=User as=Owner readonly
""",
    "GroupMember": """
GroupId reference to=Group as=Group required create
UserOrGroupId reference to=User,Group required create
""",
    "QueueSobject": """
QueueId reference to=Group as=Queue required create
SobjectType string length=40 required create
""",
    "PermissionSet": """
Name string length=80 required
Label string length=80 required
Description textarea length=255
IsOwnedByProfile boolean readonly default=false
IsCustom boolean readonly default=true
NamespacePrefix string length=15 readonly
""",
    "PermissionSetAssignment": """
PermissionSetId reference to=PermissionSet as=PermissionSet required create
AssigneeId reference to=User as=Assignee required create
IsActive boolean readonly default=true
""",
    "FieldPermissions": """
ParentId reference to=PermissionSet as=Parent readonly
SobjectType string length=40 readonly
Field string length=120 readonly
PermissionsRead boolean readonly
PermissionsEdit boolean readonly
""",
    "CustomPermission": """
DeveloperName string length=80 readonly
MasterLabel string length=80 readonly
Description textarea length=255 readonly
""",
    "RecordType": """
Name string length=80 readonly
DeveloperName string length=80 readonly
SobjectType string length=40 readonly
IsActive boolean readonly
Description textarea length=255 readonly
""",
    "AssignmentRule": """
Name string length=120 readonly
SobjectType string length=40 readonly
Active boolean readonly
""",
    "EmailTemplate": """
Name string length=80 readonly
DeveloperName string length=80 readonly
FolderId string length=18 readonly
TemplateType string length=40 readonly
IsActive boolean readonly
Subject string length=255 readonly
Body textarea length=32000 readonly
""",
    "BusinessHours": """
Name string length=80 readonly
IsActive boolean readonly
IsDefault boolean readonly
TimeZoneSidKey string length=40 readonly
MondayStartTime time readonly
MondayEndTime time readonly
TuesdayStartTime time readonly
TuesdayEndTime time readonly
WednesdayStartTime time readonly
WednesdayEndTime time readonly
ThursdayStartTime time readonly
ThursdayEndTime time readonly
FridayStartTime time readonly
FridayEndTime time readonly
SaturdayStartTime time readonly
SaturdayEndTime time readonly
SundayStartTime time readonly
SundayEndTime time readonly
""",
    "Holiday": """
Name string length=80 required
ActivityDate date
Description textarea length=1000
IsAllDay boolean default=true
IsRecurrence boolean readonly
""",
    "ProcessDefinition": """
Name string length=255 readonly
DeveloperName string length=80 readonly
TableEnumOrId string length=40 readonly
Type string length=40 readonly
LockType string length=40 readonly
State string length=40 readonly
Description textarea length=255 readonly
""",
    "ProcessInstance": """
ProcessDefinitionId reference to=ProcessDefinition as=ProcessDefinition readonly
TargetObjectId reference to=Account,Campaign,Contact,Lead,Opportunity as=TargetObject readonly
Status string length=40 readonly
SubmittedById reference to=User as=SubmittedBy readonly
LastActorId reference to=User as=LastActor readonly
CompletedDate datetime readonly
""",
    "ProcessInstanceStep": """
ProcessInstanceId reference to=ProcessInstance as=ProcessInstance readonly
StepStatus string length=40 readonly
ActorId reference to=User,Group as=Actor readonly
OriginalActorId reference to=User,Group as=OriginalActor readonly
Comments textarea length=4000 readonly
""",
    "ProcessInstanceWorkitem": """
ProcessInstanceId reference to=ProcessInstance as=ProcessInstance readonly
ActorId reference to=User,Group as=Actor readonly
OriginalActorId reference to=User,Group as=OriginalActor readonly
""",
    "OpportunityStage": """
MasterLabel string length=255 readonly
ApiName string length=255 readonly
IsActive boolean readonly
IsClosed boolean readonly
IsWon boolean readonly
SortOrder int readonly
DefaultProbability percent precision=3.0 readonly
ForecastCategoryName string length=40 readonly
""",
    "LeadStatus": """
MasterLabel string length=255 readonly
ApiName string length=255 readonly
IsDefault boolean readonly
IsConverted boolean readonly
SortOrder int readonly
""",
    "FlowDefinitionView": """
ApiName string length=80 readonly
Label string length=255 readonly
ProcessType string length=40 readonly
TriggerType string length=40 readonly
IsActive boolean readonly
ActiveVersionId string length=18 readonly
LatestVersionId string length=18 readonly
DurableId string length=18 readonly
""",
    "Organization": """
Name string length=80 readonly
InstanceName string length=5 readonly
IsSandbox boolean readonly
OrganizationType string length=40 readonly
NamespacePrefix string length=15 readonly
TrialExpirationDate datetime readonly
TimeZoneSidKey string length=40 readonly
DefaultLocaleSidKey string length=40 readonly
LanguageLocaleKey string length=40 readonly
""",
}
# Rows that follow from metadata; nobody writes them through REST.
DERIVED = frozenset(
    {
        "RecordType",
        "AssignmentRule",
        "CustomPermission",
        "FieldPermissions",
        "OpportunityStage",
        "LeadStatus",
        "FlowDefinitionView",
        "ProcessDefinition",
    }
)
APPROVALS = frozenset({"ProcessInstance", "ProcessInstanceStep", "ProcessInstanceWorkitem"})
"""Rows that submitting and answering an approval request makes."""
READ_ONLY = DERIVED | APPROVALS | {"Profile", "Organization", "UserPermissionAccess", "EmailTemplate", "BusinessHours"}
# Objects that carry custom fields, validation rules and record triggers here.
CUSTOMIZABLE = ("Account", "Campaign", "Contact", "Lead", "Opportunity", "Task", "Event", "User", "CampaignMember")
LABELS = {"CampaignMember": "Campaign Member", "GroupMember": "Group Member", "QueueSobject": "Queue Sobject"}
PLURALS = {"Opportunity": "Opportunities"}
