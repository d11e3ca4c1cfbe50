## A letter to AWS's own people

letter-subject = Security incident { $case }: EC2 instance { $instance }
letter-opening = We ask for help with a security incident on an EC2 instance. A program of ours prepared this text from our case { $case }; a person has read and sent it. All times are UTC.
letter-asked = What we ask of you
letter-ask-look = Look on your side for activity of this instance, its role and the addresses below that we cannot see, from { $since } on.
letter-ask-contain = Tell us whether our containment is complete, and what is missing.
letter-ask-contain-open = The attacker is not cut off, or we cannot be sure of it: help us to contain.
letter-ask-credentials = The credentials of the role were used, or may have been, outside the instance: tell us of calls in other Regions and accounts.
letter-where = Where
letter-account = Account: { $account }
letter-region = Region: { $region }
letter-instance = Instance: { $instance }
letter-vpc = VPC: { $vpc }
letter-role = Instance profile: { $role }
letter-ours = Our public addresses: { $ips }
letter-finding = GuardDuty finding: { $id }
letter-finding-type = Type: { $type }, severity { $severity }, seen { $count } times from { $first } to { $last }
letter-remote = Addresses of the other side: { $ips }
letter-happened = What happened
letter-verdict = Our verdict: { $outcome } ({ $score } of 100). It rests on:
letter-verdict-none = We have not reached a verdict yet.
letter-done = What we did
letter-done-step = { $at }: { $action } (request { $requests })
letter-done-none = Nothing has been changed in the account yet.
letter-containment = State of the containment: { $containment }
letter-impact = Impact
letter-impact-breach = We take the instance, its data and the credentials of its role as compromised.
letter-impact-attempt = We know of no damage so far.
letter-impact-leak = Traffic of these addresses still gets through: { $ips }
letter-more = … and { $count } more
letter-kept = Names of users, mail addresses and keys were left out. We keep the logs and can give more on request.
letter-hidden-user = a local user

## rebato escalate

escalate-to = Subject: { $subject }
escalate-unsent = Nothing was sent.
escalate-why = What speaks for asking AWS in this case:
escalate-why-nothing = Nothing in this case asks for AWS's own people; the text is here if you want to ask.
escalate-fit-breach = the verdict speaks of a breach
escalate-fit-not_contained = the attacker is not cut off
escalate-fit-leak = traffic gets through the containment
escalate-fit-credentials = credentials of the role were used elsewhere
escalate-fit-aws_address = the other side is an address of AWS
escalate-fit-actor = GuardDuty says that your instance does the attacking
escalate-routes = Routes:
escalate-route-support = AWS Support: for data flowing out, use of root, lost access, doubt about the containment, or a cause on AWS's side. Any account may open a case by hand and ask for the incident response team; doing it from here needs Business Support or above. { $link }
escalate-route-security-ir = AWS Security Incident Response: where your account or organisation is a member. { $link }
escalate-route-abuse-form = The abuse form of AWS (Trust & Safety): for an address of AWS that attacks you. { $link }
escalate-route-answer = Answer AWS's mail about abuse soon, with what you have done: your instance attacked others.
escalate-route-data = Personal data may be touched: ask your lawyers about the deadlines that the report names.
escalate-no-subscription = Nothing was sent: the account has no AWS Support plan with an API (Business Support or above). You can open the same case by hand with the text above: { $link }
escalate-no-membership = Nothing was sent: the account is no member of AWS Security Incident Response, or you may not use it ({ $code }). You can become a member, or ask AWS Support: { $link }
escalate-no-codes = AWS Support offers the account no service or severity that a case could be about.
escalate-already = A case with AWS is open already: { $id }. Write there: { $link }
escalate-opened = AWS has the case { $id }. Follow it here: { $link }
escalate-not-opened = The case was not opened: { $why }

## Its plan

purpose-escalate-support = A case with AWS Support
purpose-escalate-security-ir = A case with AWS Security Incident Response
action-open_support_case = Open a case with AWS Support, "{ $subject }": { $count } characters, service { $service }, severity { $severity }
action-open_security_case = Open a case with AWS Security Incident Response, "{ $subject }": { $count } characters, { $to ->
    [aws] resolved with AWS
   *[self] for our own people
 }, followed by { $watchers }
impact-open_support_case = None on the account. The letter above leaves the account for AWS, and cannot be called back.
impact-open_security_case = None on the account. The letter above leaves the account for AWS, and cannot be called back.
undo-keep-theirs = kept: people close a case with AWS
