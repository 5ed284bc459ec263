// Generated from query.grammar by `npm run vitest -- run -u test/unit/query/grammar.test.ts`; edit that instead.
/* oxlint-disable typescript/no-explicit-any -- as the generator writes it */
import { LRParser } from '@lezer/lr';
import { wordKeyword, valueKeyword } from './keywords.ts';
export const parser = LRParser.deserialize({
  version: 14,
  states:
    "(pQVQPOOOVQPO'#CdOVQPO'#CgOqQPO'#CiOOQO'#Ci'#CiOOQO'#D^'#D^O!oQPO'#ChO!zQQO'#C|OOQO'#C}'#C}OOQO'#DZ'#DZO#YQPO'#DYOOQO'#DY'#DYO#jQPO'#DXOOQO'#DX'#DXQOQPOOOOQO,59O,59OO#uQPO,59RO#zQSO,59SO#}QSO,59bO!zQQO,59dOOQO'#Db'#DbOOQO,59h,59hOOQO'#DS'#DSOVQPO'#DSO$YQPO,59jOVQPO'#DTO$jQPO,59kOOQO1G.m1G.mOOQO'#D]'#D]O$uQSO'#CqOOQO'#D['#D[OOQO1G.n1G.nOOQO1G.|1G.|OOQO1G/O1G/OOOQO,59n,59nOOQO-E7Q-E7QOOQO,59o,59oOOQO-E7R-E7RO$uQSO'#CrO$uQSO'#CsOOQO'#Da'#DaO%WQSO'#D`OOQO'#D`'#D`O%eQSO'#D_OOQO'#D_'#D_O%mQPO,59]OOQO,59^,59^O%rQPO,59_OOQO'#DQ'#DQO$uQSO'#DQO%wQSO,59`O$uQSO'#DRO&UQSO,59aOOQO1G.w1G.wOOQO1G.y1G.yOOQO,59l,59lOOQO-E7O-E7OOOQO,59m,59mOOQO-E7P-E7P",
  stateData:
    '&e~OzOS~ORPOYQO^RO_SO`SOcTOdTOmVO~OPqXQqXRqXYqX^qX_qX`qXa]XcqXdqXk]Xm]XxqXXqX~OaaOkbOmcO~OcTOdTOndOodO~OPgOQ|Xx|XX|X~PVOQiOx{XX{X~OXkO~OYmOblOcTOdTO~OPgOQraxraXra~PVOQiOxsaXsa~OUvOYwOblOcTOdTO~OS!ROT!SXX!SX~P$uOT!TOX!RX~OX!VO~OX!WO~OS!ROThaXha~P$uOT!TOXia~Ocdno_`~',
  goto: '&O!VPPPPPPPP!WPP!W!W!aPPPPPPP!j!m!m!v!{!WP!WPPP!W!W#P#U#Y#`#f#lPPP#r#x$P$`$c$r%[%b%i%x_XOPQYghi_UOPQYghiRna_xmvwy!R!S!TVzmw!TT|mwVZOQiT]OQQ!SyR!Y!SQ!U{R![!UQhYRshQj[RujQ^OR`QS[OQRtiUYOQiQ_PSfYhRrgRoaQnaQpb_xmvwy!R!S!T^WOPQYghiSdVcclabmvwy!R!S!TQ}mR!PwS{mwR!Z!TUymw!TQ!OvS!Qy!SR!X!RQeVRqc',
  nodeNames:
    '⚠ Keyword Keyword Keyword Keyword Keyword Keyword Filter Not ) ( Parens Match Field Word Backquoted OpenBackquoted MatchOperator Value Quoted OpenQuoted ValueParens Not ValueParens And Or Compare CompareOperator RegexMatch RegexOperator Regex OpenRegex RegexMatch Text And Or',
  maxTerm: 52,
  nodeProps: [
    ['openedBy', 9, '('],
    ['closedBy', 10, ')'],
  ],
  skippedNodes: [0],
  repeatNodeCount: 4,
  tokenData:
    "Bp~R!QOX$XXY(aYZ(aZ[(a[](a]^(a^p$Xpq(aqr$Xrs)esw$Xxy+Xyz+^z!P$X!P!Q+c!Q![$X![!]@]!]!^$X!^!_@e!_!`@r!`!a@e!a!}$X#O#P$X#Q#S$X#S#T@w#T#o$X#p#q$X#r#sBk#s$f$X$f$g(a$g#BY$X#BY#BZ(a#BZ$IS$X$IS$I_(a$I_$I|$X$I|$I}(a$I}$JO(a$JO$JT$X$JT$JU(a$JU$KV$X$KV$KW(a$KW&FU$X&FU&FV(a&FV;'S$X;'S;=`(Z<%l?HT$X?HT?HU(a?HUO$XT$`lbS^POX$X^p$Xqr$Xsw$Xwx$Xz![$X![!]&W!]!^$X!^!_&W!_!`&W!`!a&W!a!}$X#O#P$X#Q#S$X#T#o$X#p#q$X#r#s&W#s$f$X$g#BY$X#BZ$IS$X$I_$I|$X$JO$JT$X$JU$KV$X$KW&FU$X&FV;'S$X;'S;=`(Z<%l?HT$X?HUO$XS&]lbSOX&W^p&Wqr&Wsw&Wwx&Wz![&W![!]&W!]!^&W!^!_&W!_!`&W!`!a&W!a!}&W#O#P&W#Q#S&W#T#o&W#p#q&W#r#s&W#s$f&W$g#BY&W#BZ$IS&W$I_$I|&W$JO$JT&W$JU$KV&W$KW&FU&W&FV;'S&W;'S;=`(T<%l?HT&W?HUO&WS(WP;=`<%l&WT(^P;=`<%l$X~(f_z~XY(aYZ(aZ[(a[](a]^(apq(a$f$g(a#BY#BZ(a$IS$I_(a$I|$I}(a$I}$JO(a$JT$JU(a$KV$KW(a&FU&FV(a?HT?HU(a~)jVd~Or)ers*Ps#O)e#O#P*U#P;'S)e;'S;=`+R<%lO)e~*UOc~~*ZRd~O;'S)e;'S;=`*d;=`O)e~*iWd~Or)ers*Ps#O)e#O#P*U#P;'S)e;'S;=`+R;=`<%l)e<%lO)e~+UP;=`<%l)e~+^OY~~+cOX~V+l!QbS^PoQOX+cXY.rZ^.r^p+cpq.rqr+crs.rsw+cwx+cxz.rz!P+c!P!Q2`!Q![+c![!]4d!]!^+c!^!_4d!_!`4d!`!a4d!a!}+c!}#O/o#O#P=O#P#Q.r#Q#S+c#S#T.r#T#o+c#o#p.r#p#q+c#q#r.r#r#s4d#s$f+c$f$g.r$g#BY+c#BY#BZ.r#BZ$IS+c$IS$I_.r$I_$I|+c$I|$JO.r$JO$JT+c$JT$JU.r$JU$KV+c$KV$KW.r$KW&FU+c&FU&FV.r&FV;'S+c;'S;=`@V<%l?HT+c?HT?HU.r?HUO+cQ.wXoQOY.rZ!P.r!P!Q/d!Q!}.r!}#O/o#O#P1y#P;'S.r;'S;=`2Y<%lO.rQ/iQnQ!c!}/d#T#o/dQ/tYoQOY/oZ!P/o!P!Q0d!Q!}/o!}#O/o#O#P1d#P#Q.r#Q;'S/o;'S;=`1s<%lO/oQ0k]nQoQOY/oZ!P/o!P!Q0d!Q!c/o!c!}0d!}#O/o#O#P1d#P#Q.r#Q#T/o#T#o0d#o;'S/o;'S;=`1s<%lO/oQ1gSOY/oZ;'S/o;'S;=`1s<%lO/oQ1vP;=`<%l/oQ1|SOY.rZ;'S.r;'S;=`2Y<%lO.rQ2]P;=`<%l.rV2imbS^PnQOX$X^p$Xqr$Xsw$Xwx$Xz![$X![!]&W!]!^$X!^!_&W!_!`&W!`!a&W!a!c$X!c!}2`#O#P$X#Q#S$X#T#o2`#p#q$X#r#s&W#s$f$X$g#BY$X#BZ$IS$X$I_$I|$X$JO$JT$X$JU$KV$X$KW&FU$X&FV;'S$X;'S;=`(Z<%l?HT$X?HUO$XU4k!QbSoQOX4dXY.rZ^.r^p4dpq.rqr4drs.rsw4dwx4dxz.rz!P4d!P!Q7q!Q![4d![!]4d!]!^4d!^!_4d!_!`4d!`!a4d!a!}4d!}#O/o#O#P9s#P#Q.r#Q#S4d#S#T.r#T#o4d#o#p.r#p#q4d#q#r.r#r#s4d#s$f4d$f$g.r$g#BY4d#BY#BZ.r#BZ$IS4d$IS$I_.r$I_$I|4d$I|$JO.r$JO$JT4d$JT$JU.r$JU$KV4d$KV$KW.r$KW&FU4d&FU&FV.r&FV;'S4d;'S;=`<x<%l?HT4d?HT?HU.r?HUO4dU7xmbSnQOX&W^p&Wqr&Wsw&Wwx&Wz![&W![!]&W!]!^&W!^!_&W!_!`&W!`!a&W!a!c&W!c!}7q#O#P&W#Q#S&W#T#o7q#p#q&W#r#s&W#s$f&W$g#BY&W#BZ$IS&W$I_$I|&W$JO$JT&W$JU$KV&W$KW&FU&W&FV;'S&W;'S;=`(T<%l?HT&W?HUO&WU9x!ObSOX4dXY.rZ^.r^p4dpq.rqr4drs.rsw4dwx4dxz.rz![4d![!]4d!]!^4d!^!_4d!_!`4d!`!a4d!a!}4d!}#O.r#O#P4d#P#Q.r#Q#S4d#S#T.r#T#o4d#o#p.r#p#q4d#q#r.r#r#s4d#s$f4d$f$g.r$g#BY4d#BY#BZ.r#BZ$IS4d$IS$I_.r$I_$I|4d$I|$JO.r$JO$JT4d$JT$JU.r$JU$KV4d$KV$KW.r$KW&FU4d&FU&FV.r&FV;'S4d;'S;=`<x<%l?HT4d?HT?HU.r?HUO4dU<{P;=`<%l4dV=V!ObS^POX+cXY.rZ^.r^p+cpq.rqr+crs.rsw+cwx+cxz.rz![+c![!]4d!]!^+c!^!_4d!_!`4d!`!a4d!a!}+c!}#O.r#O#P+c#P#Q.r#Q#S+c#S#T.r#T#o+c#o#p.r#p#q+c#q#r.r#r#s4d#s$f+c$f$g.r$g#BY+c#BY#BZ.r#BZ$IS+c$IS$I_.r$I_$I|+c$I|$JO.r$JO$JT+c$JT$JU.r$JU$KV+c$KV$KW.r$KW&FU+c&FU&FV.r&FV;'S+c;'S;=`@V<%l?HT+c?HT?HU.r?HUO+cV@YP;=`<%l+cT@bPaP![!]&W~@jPk~!_!`@m~@rOk~P@wOaP~@|V`~O#O@w#O#PAc#P#S@w#S#TB`#T;'S@w;'S;=`Be<%lO@w~AhR`~O;'S@w;'S;=`Aq;=`O@w~AvW`~O#O@w#O#PAc#P#S@w#S#TB`#T;'S@w;'S;=`Be;=`<%l@w<%lO@w~BeO_~~BhP;=`<%l@w~BpOm~",
  tokenizers: [0, 1, 2],
  topRules: { Filter: [0, 7] },
  specialized: [
    { term: 14, get: (value: any, stack: any) => wordKeyword(value, stack) << 1, external: wordKeyword },
    { term: 18, get: (value: any, stack: any) => valueKeyword(value, stack) << 1, external: valueKeyword },
  ],
  tokenPrec: 244,
});
