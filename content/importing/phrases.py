"""The words by which a rule about concerns is known, as patterns over tagged text.

In: nothing. Out: patterns. Never: a council's own sentence; an office, which `content.importing.offices` tags.
"""

import re
from typing import Final

from content.importing.offices import ROW

DET = (
    r"(?:(?:the|a|an|his|her|their|its|either|both|another|any|appropriate|relevant|own|council's|principal"
    r"|principle|<[a-z]+>'s?)\s+)*"
)
ROUTE = (
    r"rais(?:e|es|ed)|report(?:s|ed)?|refer(?:s|red)?|speaks?|spoken|talks?|goes|go|sent|sends?|made|makes?"
    r"|submit(?:s|ted)?"
    r"|br(?:ing|ings|ought)|pass(?:es|ed)?|discuss(?:es|ed)?|escalate[sd]?|address(?:es|ed)?|direct(?:s|ed)?"
    r"|pursue[sd]?"
    r"|writes?|written|put|take[sn]?|seeks?|sought|channel(?:s|led)?|lodge[sd]?|forward(?:s|ed)?|complain[s]?"
    r"|resort|turns?"
)
TELL = r"tells?|informs?|notif(?:y|ies)|contacts?|approach(?:es)?|consults?|sees|alerts?"
TOLD = r"(?:(?:is|are|be) )(?:told|informed|notified|consulted|asked|alerted)"
NEXT = (
    rf"(?:\s+\w+)?(?:,|\s)*\b(?:and|or|then|and then|or else|failing that"
    rf"|failing which)\b\s+(?:then\s+)?(?:to\s+|with\s+)?{DET}{ROW}"
)
TARGET: Final = re.compile(
    rf"\b(?P<verb>{ROUTE})\b(?:[^.;<]{{0,60}}?|[^.;,]{{0,70}}?)\b(?P<how>to|with|through|via"
    rf"|before)\s+{DET}(?P<row>{ROW}(?:{NEXT})*)(?!'s)"
    rf"|\b(?:dealt with|handled|settled|resolved|investigated)\b[^.;<]{{0,50}}?\bby\s+{DET}(?P<by><(?:chair"
    rf"|clerk|vice|manager)>)"
    rf"|\b(?P<tells>{TELL})\s+{DET}(?P<told>{ROW}(?:{NEXT})*)(?!'s)|(?P<passive>{ROW})\s+(?:\w+\s+)?{TOLD}"
)
NOT_SO: Final = r"(?:cannot|can't|could not|not|unable|fails?|failed|unsuccessful\w*)"
INFORMAL: Final = re.compile(
    r"(?P<it>\b(?:resolv|settl|sort|deal|handl|address|overcome|reconcil"
    r"|put right)\w*\b[^.;]{0,50}?\b(?:informal(?:ly)?|amicabl[ey])"
    r"|\binformal (?:discussion|resolution|approach|conversation|meeting|means|way|basis)s?\b"
    r"|\binformally\b[^.;]{0,30}?\b(?:resolv|settl|sort|discuss)\w*)"
)
FAILED: Final = re.compile(
    rf"{NOT_SO}\b[^.;]{{0,50}}?\b(?:informal|amicabl)\w*|\binformal\w*\b[^.;]{{0,40}}?\b{NOT_SO}"
    rf"|\bbefore\b[^.;]*\bformal\b"
)
CONCILIATES: Final = re.compile(
    r"\b(?:conciliat|mediat)\w*|\bmeeting with <third>|\bfacilitated (?:meeting|discussion)"
    r"|\b(?:meet|bring)\w*\b[^.;<]{0,15}?\b(?:both|the two) (?:parties|sides)"
    r"|\b(?:ask|invite|appoint|bring in|engage|use)s?\b[^.;]{0,40}?<third>"
    r"|\b(?:seek|sought|get|obtain\w*|take|ask for|turn to)\b[^.;]{0,20}?<adviser>"
    r"|\b(?:advice|guidance|help|support)\b[^.;<]{0,40}?\b(?:from|of)\b[^.;<]{0,12}?<(?:association|slcc)>"
    r"|<adviser>[^.;<]{0,30}?\b(?:needed|required|sought|necessary|obtained)"
)
NO_RULE: Final = re.compile(r"\ball employers\b|\bthe law requires\b")
USED: Final = (
    r"follow\w*|go(?:es)? by|us(?:e|ed|ing)|invok\w*|appl(?:y|ies|ied)|adopt\w*|enabl\w*|allow\w*|under|through"
    r"|accordance|in line|via|by means"
)
GRIEVANCE: Final = re.compile(
    r"\bgrievance\b(?: (?:and|or) disciplinary)?(?: \w+)? ?(?:procedure|protocol|policy|process)s?"
)
DISCIPLINARY: Final = re.compile(
    r"\bdisciplinary\b(?: (?:and|or) grievance)? (?:procedure|policy|process|action|proceeding|rule|code)s?"
)
FORMAL: Final = re.compile(
    r"\bformal(?: complaints?)? (?:procedure|proceeding|process|step|stage|route|action|investigation|complaint)s?\b"
)
HEARS: Final = re.compile(
    r"\b(?:hear|hears|heard|deal|deals|dealt|consider|considers|considered|decide|decides|determine|determines"
    r"|determined|delegat\w+"
    r"|investigat\w+|responsib\w+|handle|handles|handled|look into)\b"
)
ALONE: Final = re.compile(
    r"\b(?:on (?:their|his|his or her|his/her|her|its) own|alone|by (?:themselves|himself|herself)"
    r"|single-handed(?:ly)?)\b"
)
NEGATED: Final = re.compile(r"\b(?:not|never|neither|nor|avoid\w*|refrain\w*|no)\b")
IN_PUBLIC: Final = re.compile(r"\bin public\b|\bpublicly\b|\bpublic (?:meeting|forum|place|comment)s?"
                               r"|\bsocial media\b|\bonline\b|\b(?:the )?(?:press|media)\b"
                               r"|\bmeetings? (?:that|which|where|open to|held in)\b[^.;]{0,20}?\b(?:public"
                               r"|<public>)|<public> may attend")  # fmt: skip
RAISING: Final = re.compile(
    r"\b(?:rais(?:e|ed|ing)|criticis\w+|bring(?:ing)? up|complain\w*|rebuk\w+|attack\w*|disparag\w+|question\w*"
    r"|(?:comment|remark)\w*)\b"
)
EXPECTS: Final = re.compile(rf"(?P<a>{ROW})[\s)]*\bcan (?:\w+ )?expect\b[^.;<]*?(?P<r>{ROW})")
CODE: Final = re.compile(r"\bcode of conduct\b|\bmembers' code\b|\bcouncillors' code\b")
COMPLAINT: Final = re.compile(r"\b(?:complain\w*|alleg\w+|breach\w*|broken|misconduct|contraven\w+)\b")
OUTSIDE: Final = re.compile(r"\brefer\w*\b")
MANNERLY: Final = re.compile(r"\bformal(?:ly)?\b(?<!informal)|\bin writing\b|\bwritten\b"
                              r"|\bcomplaints?\b[^.;]{0,80}?\b(?:go|goes|made|sent|submitted|addressed|directed"
                              r"|passed)\b"
                              r"|\bwrites?\b")  # fmt: skip
POLICY: Final = re.compile(
    r"\b(?:dignity|bullying|harassment)\b[^.;]*\b(?:policy|procedure)\b[^.;]*\bpart of (?:the|this) (?:protocol"
    r"|policy|document)\b"
)
CONTACT: Final = re.compile(
    rf"^(?:\w+ )?(?:communications?|contacts?)\b[^.;]{{0,60}}?\b(?:with|through|via|to) {DET}<clerk>"
)
WORK: Final = re.compile(r"\b(?:performance|line management|disciplin\w+|capabilit\w+)\b")
PERSONNEL: Final = re.compile(
    r"\b(?:personnel|staffing|employment|human resources|hr)(?: related)? (?:matters?|issues?|functions?)\b"
)
