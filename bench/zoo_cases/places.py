"""Frames, windows, and pages that change while something is done to them."""

from bench.zoo_cases.base import case
from bench.zoo_cases.human import H


@case(
    "iframe_same",
    "frames",
    """<h3>Pay</h3><iframe src="/case/iframe_same.in" id=f width=500 height=160></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<label>Card <input id=c></label><button onclick="parent.postMessage('paid '+c.value,'*')">Pay</button>"""
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f")
    h.click(f.locator("#c"))
    h.type("4111")
    h.click(f.locator("button"))


@case(
    "iframe_cross",
    "frames",
    """<iframe id=f width=500 height=160></iframe><script>f.src=location.href.replace('127.0.0.1','localhost')+'.in';onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<label>Card <input id=c></label><select id=s aria-label=Month><option>01<option>02<option>03</select><button onclick="parent.postMessage(['paid',c.value,s.value],'*')">Pay</button>"""
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f")
    h.click(f.locator("#c"))
    h.type("4111")
    h.press("Tab")
    h.press("ArrowDown", 2)
    h.click(f.locator("button"))


@case(
    "iframe_nested",
    "frames",
    """<iframe id=f src="/case/iframe_nested.mid" width=700 height=300></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "mid": """mid <iframe id=g width=500 height=160></iframe><script>g.src=location.href.replace('127.0.0.1','localhost').replace('.mid','.in')</script>""",
        "in": """<button onclick="top.postMessage('deep '+c.checked,'*')">Deep</button><label><input type=checkbox id=c> agree</label>""",
    },
)
def _(h: H) -> None:
    f = h.page.frame_locator("#f").frame_locator("#g")
    h.click(f.locator("#c"))
    h.click(f.locator("button"))


@case(
    "iframe_twins",
    "frames",
    """<iframe class=w src="/case/iframe_twins.in?n=A" width=300 height=100></iframe><iframe class=w src="/case/iframe_twins.in?n=B" width=300 height=100></iframe><script>__state=[];onmessage=e=>__state.push(e.data)</script>""",
    pages={
        "in": """<button onclick="parent.postMessage('like '+new URLSearchParams(location.search).get('n'),'*')">Like</button>"""
    },
)
def _(h: H) -> None:
    h.click(h.page.frame_locator(".w >> nth=1").locator("button"))


@case(
    "iframe_late",
    "frames",
    """<button onclick="setTimeout(()=>{const f=document.createElement('iframe');f.name='x'+Math.random();f.srcdoc='<button onclick=parent.__state=`late&nbsp;ok`>Accept</button>'.replace('&nbsp;','-');document.body.append(f)},500)">Load consent</button>""",
)
def _(h: H) -> None:
    h.click("text=Load consent")
    h.click(h.page.frame_locator("iframe").locator("button"))


@case(
    "iframe_key_focus",
    "frames",
    """<iframe id=f src="/case/iframe_key_focus.in" width=400 height=120></iframe><script>onmessage=e=>__state=e.data</script>""",
    pages={
        "in": """<input id=a aria-label=A><input id=b aria-label=B><script>b.onkeydown=e=>{if(e.key=='Enter')parent.postMessage([a.value,b.value],'*')}</script>"""
    },
)
def _(h: H) -> None:
    h.click(h.page.frame_locator("#f").locator("#a"))
    h.type("x")
    h.press("Tab")
    h.type("y")
    h.press("Enter")


@case(
    "target_blank",
    "windows",
    """<a href="/case/target_blank.two" target=_blank>Open report</a><script>new BroadcastChannel('tb').onmessage=e=>__state=e.data</script>""",
    pages={
        "two": """<label>Note <input id=n></label><button onclick="new BroadcastChannel('tb').postMessage('report '+n.value)">Approve</button>"""
    },
)
def _(h: H) -> None:
    t = h.page
    p = h.popup(lambda: h.click("a"))
    h.on(p)
    h.click("#n")
    h.type("fine")
    h.click("button")
    h.on(t)
    h.pause(200)


@case(
    "two_tabs_back",
    "windows",
    """<a href="/case/two_tabs_back.two" target=_blank>Open code</a><input id=c aria-label=Code><button onclick="__state='used '+c.value">Use</button>""",
    pages={"two": """<p>Your code</p><button onclick="this.outerHTML='<b>7788</b>'">Reveal</button>"""},
)
def _(h: H) -> None:
    t = h.page
    p = h.popup(lambda: h.click("a"))
    h.on(p)
    h.click("button")
    h.on(t)
    t.bring_to_front()
    h.click("#c")
    h.type("7788")
    h.click("text=Use")


@case("alert_then", "windows", """<button onclick="alert('hi');__state='after alert'">Go</button>""")
def _(h: H) -> None:
    h.page.once("dialog", lambda d: d.accept())
    h.click("button")


@case("prompt_text", "windows", """<button onclick="__state='hello '+prompt('Name?','nobody')">Greet</button>""")
def _(h: H) -> None:
    h.page.once("dialog", lambda d: d.accept("Grace"))
    h.click("button")


@case(
    "beforeunload",
    "windows",
    """<input id=q aria-label=Draft><a href="/case/beforeunload.next">Leave</a><script>onbeforeunload=e=>{if(q.value){e.preventDefault();e.returnValue='x'}};__state='still here'</script>""",
    pages={"next": "<script>__state='left'</script>left"},
)
def _(h: H) -> None:
    h.click("#q")
    h.type("unsaved")
    h.page.once("dialog", lambda d: d.accept())
    h.click("a")
    h.page.wait_for_url("**/*.next")
    h.pause(200)


@case(
    "form_post",
    "races",
    """<form method=post action="/case/form_post.two"><input name=u aria-label=User><input name=p type=password aria-label=Password><button>Sign in</button></form>""",
    pages={"two": """<button onclick="__state='welcome'">Enter site</button>"""},
)
def _(h: H) -> None:
    h.click("[name=u]")
    h.type("ada")
    h.press("Tab")
    h.type("pw1")
    h.press("Enter")
    h.page.wait_for_url("**two*")
    h.click("button")


@case(
    "history_back",
    "races",
    """<a href="/case/history_back.two">Details</a><button onclick="__state='bought '+(performance.getEntriesByType('navigation')[0].type)">Buy</button>""",
    pages={"two": """<button onclick="history.back()">Back</button>"""},
)
def _(h: H) -> None:
    h.click("a")
    h.page.wait_for_url("**two*")
    h.click("button")
    h.page.wait_for_url("**history_back")
    h.click("text=Buy")


@case(
    "rerender_mousedown",
    "races",
    """<div id=r></div><script>let n=0;function R(){r.innerHTML=`<button id=k${Math.random().toString(36).slice(2)} onmousedown="R()" onmouseup="n++">Like</button>`}R();__state=()=>n</script>""",
)
def _(h: H) -> None:
    h.click("button")


@case(
    "node_removed_mousedown",
    "races",
    """<ul id=l></ul><script>let S=['Alpha','Beta','Gamma'];const R=()=>l.innerHTML=S.map(s=>`<li>${s} <span class=x style="cursor:pointer">×</span>`).join('');R();l.onmousedown=e=>{if(e.target.className=='x'){const t=e.target.parentNode.firstChild.data.trim();S=S.filter(s=>s!=t);R()}};__state=()=>S</script>""",
)
def _(h: H) -> None:
    h.click("li:has-text('Beta') .x")


@case(
    "delayed_enable",
    "races",
    """<label><input type=checkbox id=c> I agree</label><button id=b disabled onclick="__state='accepted'">Continue</button><script>c.onchange=()=>setTimeout(()=>b.disabled=!c.checked,1200)</script>""",
)
def _(h: H) -> None:
    h.click("#c")
    h.wait("!document.querySelector('#b').disabled")
    h.click("#b")


@case(
    "fake_disabled",
    "races",
    """<div id=b role=button class=off style="padding:10px;background:#ddd;width:120px">Next</div><script>setTimeout(()=>{b.className='';b.style.background='#9f9'},1500);b.onclick=()=>{__state=b.className?'too early':'ok'}</script>""",
)
def _(h: H) -> None:
    h.wait("!document.querySelector('#b').className")
    h.click("#b")  # click is accepted but useless before 1.5 s


@case(
    "stop_propagation",
    "races",
    """<button id=b>Guarded</button><script>addEventListener('click',e=>{e.stopImmediatePropagation();e.preventDefault();__state='guard saw '+e.target.id},true);addEventListener('mousedown',e=>e.stopImmediatePropagation(),true);addEventListener('pointerdown',e=>e.stopImmediatePropagation(),true)</script>""",
)
def _(h: H) -> None:
    h.click("#b")


@case(
    "icon_buttons",
    "races",
    """<div>"""
    + "".join(
        f"<button onclick=\"__state='{n}'\"><svg width=18 height=18><{s}/></svg></button>"
        for n, s in [
            ("bold", "circle r=6 cx=9 cy=9"),
            ("italic", "rect width=12 height=12 x=3 y=3"),
            ("link", "path d='M2 2L16 16' stroke=black"),
        ]
    )
    + """</div>""",
)
def _(h: H) -> None:
    h.click("button >> nth=2")


@case(
    "animated_drawer",
    "races",
    """<style>#d{position:fixed;right:-320px;top:0;width:300px;height:100%;background:#eee;transition:right .7s}#d.o{right:0}</style><button onclick="d.classList.add('o')">Filters</button><div id=d><label><input type=checkbox id=c> In stock</label><button onclick="__state='applied '+c.checked">Apply</button></div>""",
)
def _(h: H) -> None:
    h.click("text=Filters")
    h.click("#c")
    h.click("text=Apply")


@case(
    "vue_rerender",
    "races",
    """<div id=app></div><script>const{createApp,ref}=Vue;createApp({setup(){const items=ref(['a','b','c']),q=ref('');const k=ref(0);return{items,q,k,add(){items.value.unshift(q.value);q.value='';k.value++},del(i){items.value.splice(i,1);k.value++;window.__state=[...items.value]}}},template:`<form @submit.prevent=add><input v-model=q placeholder="New item"></form><ul :key=k><li v-for="(x,i) in items" :key="k+x">{{x}} <button @click="del(i)">x</button></li></ul>`}).mount('#app')</script>""".replace(
        "<div id=app>", '<script src="/lib/vue/dist/vue.global.prod.js"></script><div id=app>'
    ),
)
def _(h: H) -> None:
    h.click("input")
    h.type("zed")
    h.press("Enter")
    h.click("li:has-text('b') button")


@case(
    "virtual_list",
    "scroll",
    """<div id=v style="height:300px;width:300px;overflow:auto;border:1px solid;position:relative"><div style="height:40000px"></div></div><script>const R=()=>{const s=Math.floor(v.scrollTop/40);[...v.querySelectorAll('.r')].forEach(x=>x.remove());for(let i=s;i<s+9&&i<1000;i++){const d=document.createElement('div');d.className='r';d.style.cssText=`position:absolute;top:${i*40}px;height:40px;left:0;right:0`;d.textContent='Record '+i;d.onclick=()=>__state=d.textContent;v.append(d)}};v.onscroll=R;R()</script>""",
)
def _(h: H) -> None:
    h.wheel(0, 1200, at="#v", n=4)
    h.click("text=Record 122")


@case(
    "wheel_zoom",
    "scroll",
    """<canvas id=c width=400 height=300 style="background:#efe"></canvas><script>let z=0;c.addEventListener('wheel',e=>{e.preventDefault();z+=e.deltaY<0?1:-1},{passive:false});__state=()=>z</script>""",
)
def _(h: H) -> None:
    h.wheel(0, -100, at="#c", n=3)
