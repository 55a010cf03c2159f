; Inno Setup 6: ISCC.exe /DVersion=0.1.0 packaging\windows\cardlight.iss, after `python packaging\bundle.py cpu`.
; Installs for one user without asking for an administrator, or for everybody where one agrees.

#ifndef Version
  #error Name the version: ISCC.exe /DVersion=0.1.0 cardlight.iss
#endif

[Setup]
AppId={{8B0D2B62-5E6F-4F0B-9C0B-1D6F6C9E4A53}
AppName=Cardlight
AppVersion={#Version}
AppVerName=Cardlight {#Version}
DefaultDirName={autopf}\Cardlight
DefaultGroupName=Cardlight
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
SetupIconFile=..\..\build\bundle-cpu\icons\cardlight.ico
UninstallDisplayIcon={app}\Cardlight-Window.exe
OutputDir=..\..\dist\cpu
OutputBaseFilename=cardlight-{#Version}-windows-setup
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[Files]
Source: "..\..\dist\cpu\cardlight\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Cardlight"; Filename: "{app}\Cardlight-Window.exe"
Name: "{autodesktop}\Cardlight"; Filename: "{app}\Cardlight-Window.exe"; Tasks: desktopicon

; "Open with" offers Cardlight for these; no file's usual program is changed.
[Registry]
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Cardlight"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\Cardlight-Window.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".gif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".heic"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".heif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".hif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".jfif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".jpe"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".pdf"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Cardlight-Window.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""

[Run]
Filename: "{app}\Cardlight-Window.exe"; Description: "{cm:LaunchProgram,Cardlight}"; Flags: nowait postinstall skipifsilent
